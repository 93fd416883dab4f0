using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Whose token it is.
    public sealed partial class Session
    {
        /// <summary>Stores a token and makes it the active one.</summary>
        /// <remarks>
        /// hfhub_auth_login: Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes
        /// it the active one. `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs
        /// nothing. Result JSON: {"name", "user", "role": text or null, "expires_in": seconds or null, "refreshable",
        /// "git_helpers": [name] or null when not asked for, "token_path", "stored_tokens_path", "overridden_by":
        /// "environment", "oidc" or null: what goes before the token file}. Errors: E_ARGUMENT for a text that is no
        /// token, an organization's token, or a name that the file cannot hold; E_AUTH when the Hub does not know it;
        /// E_IO. Since 0.1.
        ///
        /// </remarks>
        /// <param name="accessToken">The token.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> LoginAsync(string accessToken, bool gitCredential = false,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartLogin(accessToken, gitCredential));

        /// <summary>The same as <see cref="LoginAsync"/>, as an operation.</summary>
        /// <param name="accessToken">The token.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        public Operation<Json> StartLogin(string accessToken, bool gitCredential = false)
        {
            raw.hfhub_auth_login(handle, accessToken, gitCredential ? 1 : 0, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Forgets a stored token, or all.</summary>
        /// <remarks>
        /// hfhub_auth_logout: Forgets one stored token (and the active one, when it is the same), or with NULL all of
        /// them. `git_credential`: 1 also makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed":
        /// [name], "active_removed", "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1.
        ///
        /// </remarks>
        /// <param name="tokenName">Its name; null: all of them.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> LogoutAsync(string tokenName = null, bool gitCredential = false,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartLogout(tokenName, gitCredential));

        /// <summary>The same as <see cref="LogoutAsync"/>, as an operation.</summary>
        /// <param name="tokenName">Its name; null: all of them.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        public Operation<Json> StartLogout(string tokenName = null, bool gitCredential = false)
        {
            raw.hfhub_auth_logout(handle, tokenName, gitCredential ? 1 : 0, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Makes a stored token the active one.</summary>
        /// <remarks>
        /// hfhub_auth_switch: Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path",
        /// "stored_tokens_path", "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="tokenName">Its name.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> SwitchTokenAsync(string tokenName, bool gitCredential = false,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartSwitchToken(tokenName, gitCredential));

        /// <summary>The same as <see cref="SwitchTokenAsync"/>, as an operation.</summary>
        /// <param name="tokenName">Its name.</param>
        /// <param name="gitCredential">Tell git's credential helpers, too, which runs git.</param>
        public Operation<Json> StartSwitchToken(string tokenName, bool gitCredential = false)
        {
            raw.hfhub_auth_switch(handle, tokenName, gitCredential ? 1 : 0, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>The stored tokens, masked.</summary>
        /// <remarks>
        /// hfhub_auth_list: The stored tokens, masked, in the file's order. Result JSON: {"tokens": [{"name", "token":
        /// masked or null, "active", "expires_at": seconds since 1970 or null, "has_expiry", "expired"}], "source": of
        /// the token in force, as of hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> StoredTokensAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartStoredTokens());

        /// <summary>The same as <see cref="StoredTokensAsync"/>, as an operation.</summary>
        public Operation<Json> StartStoredTokens()
        {
            raw.hfhub_auth_list(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>The token in force, and where it is from.</summary>
        /// <remarks>
        /// hfhub_auth_get_token: The token in force, also when option token.implicit is off. Result JSON: {"token":
        /// text or null, "source": "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was
        /// not accepted; E_IO. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> TokenAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartToken());

        /// <summary>The same as <see cref="TokenAsync"/>, as an operation.</summary>
        public Operation<Json> StartToken()
        {
            raw.hfhub_auth_get_token(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Whose token it is.</summary>
        /// <remarks>
        /// hfhub_auth_whoami: Whose `token` it is (NULL: the one in force). The Hub allows few of these questions;
        /// `use_cache` 1 gives the answer that the session got before. Result JSON: the Hub's answer, e.g. {"name",
        /// "orgs": [{"name"}], "auth": {...}}. Errors: E_AUTH without a token, or for one that the Hub does not know;
        /// E_RATE_LIMITED. Since 0.1.
        ///
        /// </remarks>
        /// <param name="accessToken">The token; null: the one in force.</param>
        /// <param name="useCache">Be content with the answer that the session got before.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> WhoAmIAsync(string accessToken = null, bool useCache = false,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartWhoAmI(accessToken, useCache));

        /// <summary>The same as <see cref="WhoAmIAsync"/>, as an operation.</summary>
        /// <param name="accessToken">The token; null: the one in force.</param>
        /// <param name="useCache">Be content with the answer that the session got before.</param>
        public Operation<Json> StartWhoAmI(string accessToken = null, bool useCache = false)
        {
            raw.hfhub_auth_whoami(handle, accessToken, useCache ? 1 : 0, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>A login by a code that a person enters in a browser. Asks nothing yet.</summary>
        /// <remarks>
        /// hfhub_device_login_new: A login by a code that a person enters on the Hub's page: hfhub_device_login_new,
        /// _request (wait for it), show _get_url and _get_user_code, _finish (wait for it), _free. Asks nothing yet.
        /// Since 0.1.
        ///
        /// </remarks>
        public DeviceLogin NewDeviceLogin()
        {
            raw.hfhub_device_login_new(handle, out DeviceLoginHandle login);
            return new DeviceLogin(login);
        }
    }
}
