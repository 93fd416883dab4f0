using System;
using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Which CAS, and with which rights. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_xet_options_new: Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1.
    ///
    /// hfhub_xet_options_free: Frees the options. NULL is fine. Since 0.1.
    ///
    /// </remarks>
    public sealed class XetOptions
    {
        private long tokenExpires;
        private string repoType, repoId, repoRevision;

        /// <summary>The rights of a repository on the session's Hub.</summary>
        /// <param name="repoType">Its type, or "bucket".</param>
        /// <param name="repoId">Its id.</param>
        /// <param name="revision">Its revision; null: main.</param>
        public static XetOptions ForRepo(string repoType, string repoId, string revision = null)
        {
            var options = new XetOptions();
            options.SetRepo(repoType, repoId, revision);
            return options;
        }

        /// <summary>Base URL of the CAS.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_endpoint: Base URL of the CAS; without it the token route names one. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Endpoint { get; set; }

        /// <summary>The token of <see cref="SetToken"/>.</summary>
        public string Token { get; private set; }

        /// <summary>Where a new token comes from.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_refresh_url: Where a new token comes from: GET answers {"accessToken", "exp",
        /// "casUrl"} or the headers X-Xet-Access-Token, X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the
        /// expiry, once for all who wait, and after a 401. The session's token goes there when it is the Hub's. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string RefreshUrl { get; set; }

        /// <summary>Headers for the refresh URL.</summary>
        /// <remarks>
        /// hfhub_xet_options_add_refresh_header: A header for the refresh URL, "Authorization" included; sent to its
        /// origin and nowhere else. Since 0.1.
        ///
        /// </remarks>
        public IDictionary<string, string> RefreshHeaders { get; } = new Dictionary<string, string>();

        /// <summary>Headers for the CAS.</summary>
        /// <remarks>
        /// hfhub_xet_options_add_header: A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for
        /// "Authorization" and for what a header cannot carry. Since 0.1.
        ///
        /// </remarks>
        public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>();

        /// <summary>A token of the CAS.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_token: A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when
        /// a header cannot carry it. Since 0.1.
        ///
        /// </remarks>
        /// <param name="token">The token.</param>
        /// <param name="expires">When it expires, in seconds since 1970.</param>
        public void SetToken(string token, long expires)
        {
            Token = token ?? throw new ArgumentNullException(nameof(token));
            tokenExpires = expires;
        }

        /// <summary>The rights of a repository on the session's Hub.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_repo: The rights of a repository: sets the refresh URL from the session's endpoint
        /// when the options are used. `repo_type` is "model", "dataset", "space", "kernel" or "bucket"; `revision` may
        /// be NULL ("main"; a bucket has none). Reading or writing follows from the use. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        /// <param name="type">Its type, or "bucket".</param>
        /// <param name="id">Its id.</param>
        /// <param name="revision">Its revision; null: main.</param>
        public void SetRepo(string type, string id, string revision = null)
        {
            repoType = type ?? throw new ArgumentNullException(nameof(type));
            repoId = id ?? throw new ArgumentNullException(nameof(id));
            repoRevision = revision;
        }

        // The native form, for one call.
        internal XetOptionsHandle Open()
        {
            raw.hfhub_xet_options_new(out XetOptionsHandle options);
            try
            {
                Apply(options);
                return options;
            }
            catch
            {
                options.Dispose();
                throw;
            }
        }

        private void Apply(XetOptionsHandle options)
        {
            if (Endpoint != null) raw.hfhub_xet_options_set_endpoint(options, Endpoint);
            if (Token != null) raw.hfhub_xet_options_set_token(options, Token, tokenExpires);
            if (RefreshUrl != null) raw.hfhub_xet_options_set_refresh_url(options, RefreshUrl);
            if (repoId != null) raw.hfhub_xet_options_set_repo(options, repoType, repoId, repoRevision);
            foreach (KeyValuePair<string, string> header in RefreshHeaders)
                raw.hfhub_xet_options_add_refresh_header(options, header.Key, header.Value);
            foreach (KeyValuePair<string, string> header in Headers)
                raw.hfhub_xet_options_add_header(options, header.Key, header.Value);
        }
    }
}
