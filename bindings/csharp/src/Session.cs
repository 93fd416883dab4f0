using System;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// What everything belongs to: options, connections, one memory budget, a token. Any thread may use it, many at
    /// once. Each slow call has two forms: the one that ends in Async gives a task; the one that begins with Start an
    /// <see cref="Operation{T}"/>, to wait for on this thread or to look at its items.
    /// </summary>
    public sealed partial class Session : IDisposable
    {
        private readonly SessionHandle handle;

        /// <summary>A session as the environment says.</summary>
        public Session() : this(null) { }

        /// <summary>A session. Opens no connection yet.</summary>
        /// <remarks>
        /// hfhub_session_new: A new session. `options` is copied; NULL means the environment. Opens no connection and
        /// starts no thread yet. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        /// <param name="options">Options, which are copied; null: as the environment says.</param>
        public Session(SessionOptions options)
        {
            options = options ?? new SessionOptions();
            ulong hook = options.LogHook != null ? Log.Add(options.LogHook) : 0;
            try
            {
                using (SessionOptionsHandle native = options.Open(hook)) raw.hfhub_session_new(native, out handle);
                handle.LogHook = hook;
            }
            catch
            {
                if (hook != 0) Log.Forget(hook);
                throw;
            }
        }

        /// <summary>The value in force of an option; a secret is masked.</summary>
        /// <remarks>
        /// hfhub_session_get_option: The value in force of an option, with derived defaults filled in and a secret
        /// masked. Owned. Errors: E_ARGUMENT for an unknown key. Since 0.1.
        ///
        /// </remarks>
        /// <param name="key">Its key.</param>
        public string GetOption(string key)
        {
            raw.hfhub_session_get_option(handle, key, out string value);
            return value;
        }

        /// <summary>Whether a token is at hand.</summary>
        /// <remarks>
        /// hfhub_session_has_token: 1 when a token is at hand (option, environment or token file), else 0. Since 0.1.
        ///
        /// </remarks>
        public bool HasToken => raw.hfhub_session_has_token(handle) != 0;

        /// <summary>Cancels every running operation; the session stays usable.</summary>
        /// <remarks>
        /// hfhub_session_cancel: Cancels every running operation of the session; it stays usable. Since 0.1.
        ///
        /// </remarks>
        public void Cancel() => raw.hfhub_session_cancel(handle);

        /// <summary>Lets go of the session. Running operations go on.</summary>
        /// <remarks>
        /// hfhub_session_free: Lets go of the session. Running operations are not cancelled: they keep what they need.
        /// NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose()
        {
            if (!handle.IsClosed && handle.LogHook != 0) Log.Flush();
            handle.Dispose();
        }
    }
}
