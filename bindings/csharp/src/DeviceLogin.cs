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
        /// hfhub_device_login_get_url:
        ///
        /// </remarks>
        public string Url => raw.hfhub_device_login_get_url(handle);

        /// <summary>What to enter there; null before there is a code.</summary>
        /// <remarks>
        /// hfhub_device_login_get_user_code:
        ///
        /// </remarks>
        public string UserCode => raw.hfhub_device_login_get_user_code(handle);

        /// <summary>How often the Hub has said "not yet".</summary>
        /// <remarks>
        /// hfhub_device_login_get_pending_count:
        ///
        /// </remarks>
        public long PendingCount => raw.hfhub_device_login_get_pending_count(handle);

        /// <summary>Gets a code from the Hub.</summary>
        /// <remarks>
        /// hfhub_device_login_request:
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
        /// hfhub_device_login_finish:
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
        /// hfhub_device_login_free:
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
