using System;
using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Which CAS, and with which rights. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_xet_options_new:
    ///
    /// hfhub_xet_options_free:
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
        /// hfhub_xet_options_set_endpoint:
        ///
        /// </remarks>
        public string Endpoint { get; set; }

        /// <summary>The token of <see cref="SetToken"/>.</summary>
        public string Token { get; private set; }

        /// <summary>Where a new token comes from.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_refresh_url:
        ///
        /// </remarks>
        public string RefreshUrl { get; set; }

        /// <summary>Headers for the refresh URL.</summary>
        /// <remarks>
        /// hfhub_xet_options_add_refresh_header:
        ///
        /// </remarks>
        public IDictionary<string, string> RefreshHeaders { get; } = new Dictionary<string, string>();

        /// <summary>Headers for the CAS.</summary>
        /// <remarks>
        /// hfhub_xet_options_add_header:
        ///
        /// </remarks>
        public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>();

        /// <summary>A token of the CAS.</summary>
        /// <remarks>
        /// hfhub_xet_options_set_token:
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
        /// hfhub_xet_options_set_repo:
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
