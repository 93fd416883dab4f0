using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// A login by a code that a person enters on the Hub's page: request a code, show <see cref="Url"/> and
    /// <see cref="UserCode"/>, finish.
    /// </summary>
    public sealed class DeviceLogin : IDisposable
    {
        private readonly DeviceLoginHandle handle;

        internal DeviceLogin(DeviceLoginHandle handle) => this.handle = handle;

        /// <summary>The page to open; null before there is a code.</summary>
        /// <remarks>
        /// hfhub_device_login_get_url: The page to open, with the code in it where the Hub offers that; NULL before
        /// there is a code. Borrowed. Since 0.1.
        ///
        /// </remarks>
        public string Url => raw.hfhub_device_login_get_url(handle);

        /// <summary>What to enter there; null before there is a code.</summary>
        /// <remarks>
        /// hfhub_device_login_get_user_code: What to enter there; NULL before there is a code. Borrowed. Since 0.1.
        ///
        /// </remarks>
        public string UserCode => raw.hfhub_device_login_get_user_code(handle);

        /// <summary>How often the Hub has said "not yet".</summary>
        /// <remarks>
        /// hfhub_device_login_get_pending_count: How often the Hub has said "not yet". Since 0.1.
        ///
        /// </remarks>
        public long PendingCount => raw.hfhub_device_login_get_pending_count(handle);

        /// <summary>Gets a code from the Hub.</summary>
        /// <remarks>
        /// hfhub_device_login_request: Gets a code from the Hub. Result JSON: {"user_code", "verification_uri",
        /// "verification_uri_complete": with the code in it, where the Hub offers that, "interval_ms", "expires_in":
        /// seconds}. Errors: E_STATE when there is a code already; network and Hub errors, after which it may be tried
        /// again. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RequestAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRequest());

        /// <summary>The same as <see cref="RequestAsync"/>, as an operation.</summary>
        public Operation<Json> StartRequest()
        {
            raw.hfhub_device_login_request(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Waits until the person has answered, and keeps the token.</summary>
        /// <remarks>
        /// hfhub_device_login_finish: Waits until the person has answered, asking the Hub as often as it allows, and
        /// keeps the token as hfhub_auth_login does. While it waits, failures of the network are nothing. Result JSON:
        /// as hfhub_auth_login's. Errors: E_STATE without a code, or when it was finished before; E_AUTH, with
        /// "access_denied" or "expired_token" as hfhub_error_get_hub_code; E_CANCELLED, after which it may be started
        /// again. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> FinishAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartFinish());

        /// <summary>The same as <see cref="FinishAsync"/>, as an operation.</summary>
        public Operation<Json> StartFinish()
        {
            raw.hfhub_device_login_finish(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Lets go of the login; its operations go on.</summary>
        /// <remarks>
        /// hfhub_device_login_free: Lets go of the login; its operations go on. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
