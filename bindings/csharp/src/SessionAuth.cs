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
        /// hfhub_auth_login:
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
        /// hfhub_auth_logout:
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
        /// hfhub_auth_switch:
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
        /// hfhub_auth_list:
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
        /// hfhub_auth_get_token:
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
        /// hfhub_auth_whoami:
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
        /// hfhub_device_login_new:
        ///
        /// </remarks>
        public DeviceLogin NewDeviceLogin()
        {
            raw.hfhub_device_login_new(handle, out DeviceLoginHandle login);
            return new DeviceLogin(login);
        }
    }
}
