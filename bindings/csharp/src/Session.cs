using System;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// What everything belongs to: options, connections, one memory budget, a token. Any thread may use it, many at once. Each
    /// slow call has two forms: the one that ends in Async gives a task; the one that begins with Start an
    /// <see cref="Operation{T}"/>, to wait for on this thread or to look at its items.
    /// </summary>
    public sealed partial class Session : IDisposable
    {
        private readonly SessionHandle handle;

        /// <summary>A session as the environment says.</summary>
        public Session() : this(null) { }

        /// <summary>A session. Opens no connection yet.</summary>
        /// <remarks>
        /// hfhub_session_new:
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
        /// hfhub_session_get_option:
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
        /// hfhub_session_has_token:
        ///
        /// </remarks>
        public bool HasToken => raw.hfhub_session_has_token(handle) != 0;

        /// <summary>Cancels every running operation; the session stays usable.</summary>
        /// <remarks>
        /// hfhub_session_cancel:
        ///
        /// </remarks>
        public void Cancel() => raw.hfhub_session_cancel(handle);

        /// <summary>Lets go of the session. Running operations go on.</summary>
        /// <remarks>
        /// hfhub_session_free:
        ///
        /// </remarks>
        public void Dispose()
        {
            if (!handle.IsClosed && handle.LogHook != 0) Log.Flush();
            handle.Dispose();
        }
    }
}
