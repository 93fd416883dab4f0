using System;
using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// How a session is to be. What is null is not set: then the environment or the default counts. Any option can be
    /// set by its key: <c>new SessionOptions { ["net.retries"] = "3" }</c>; <see cref="Library.Options"/> lists them.
    /// </summary>
    /// <remarks>
    /// hfhub_session_options_new: Defaults with the process environment applied. Errors: E_ARGUMENT naming an
    /// environment variable that cannot be read as its type. Since 0.1.
    ///
    /// hfhub_session_options_free: Frees the options. NULL is fine. Since 0.1.
    ///
    /// </remarks>
    public sealed class SessionOptions
    {
        private readonly Dictionary<string, string> values = new Dictionary<string, string>();

        /// <summary>Any option.</summary>
        /// <remarks>
        /// hfhub_session_options_set: Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the
        /// nearest known one) or a value that cannot be read. Since 0.1.
        ///
        /// </remarks>
        /// <param name="key">Its key.</param>
        public string this[string key]
        {
            get => values.TryGetValue(key, out string value) ? value : null;
            set => values[key] = value ?? throw new ArgumentNullException(nameof(value));
        }

        /// <summary>The access token; "" for none.</summary>
        /// <remarks>
        /// hfhub_session_options_set_token: Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot
        /// carry it. Since 0.1.
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>The Hub's base URL.</summary>
        /// <remarks>
        /// hfhub_session_options_set_endpoint: Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Endpoint { get; set; }

        /// <summary>The folder of the cache.</summary>
        /// <remarks>
        /// hfhub_session_options_set_cache_dir: Sets the folder of the shared repository cache. Since 0.1.
        ///
        /// </remarks>
        public string CacheDir { get; set; }

        /// <summary>Never use the network.</summary>
        /// <remarks>
        /// hfhub_session_options_set_offline: 1: never use the network. Since 0.1.
        ///
        /// </remarks>
        public bool? Offline { get; set; }

        /// <summary>How much memory all buffers together may take, in bytes.</summary>
        /// <remarks>
        /// hfhub_session_options_set_memory_budget: Bytes for all buffers of the session, at least 8 MiB. Since 0.1.
        ///
        /// </remarks>
        public ulong? MemoryBudget { get; set; }

        /// <summary>What is said to the Hub about the program, "name/version".</summary>
        /// <remarks>
        /// hfhub_session_options_set_user_agent: Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header
        /// cannot carry it. Since 0.1.
        ///
        /// </remarks>
        public string UserAgent { get; set; }

        /// <summary>
        /// Gets the log lines of option "log.level" and above, one after another, on a background thread of this
        /// binding: it may do anything, also call this library. The lines of a session have come before its Dispose
        /// returns. When it is slow and more than 4096 lines wait, further ones are lost; it is told how many. What it
        /// throws is ignored.
        /// </summary>
        /// <remarks>
        /// hfhub_session_options_set_log_hook: Where log lines of option log.level and above go; NULL for nowhere (the
        /// default). `user_data_free` (may be NULL) is called once with `user_data`, on any thread, when no line can
        /// come any more: another hook was set or the options freed, and the sessions made from them and all that those
        /// did are gone. It must not call this library. After an error nothing is called: `user_data` stays the
        /// caller's. Errors: E_NO_MEMORY. Since 0.1.
        ///
        /// </remarks>
        public Action<LogLevel, string> LogHook { get; set; }

        // The native form, for one call. `hook` is the key of the log hook, 0 for none.
        internal SessionOptionsHandle Open(ulong hook)
        {
            raw.hfhub_session_options_new(out SessionOptionsHandle options);
            try
            {
                Apply(options);
                if (hook != 0) Log.Set(options, hook);
                return options;
            }
            catch
            {
                options.Dispose();
                throw;
            }
        }

        private void Apply(SessionOptionsHandle options)
        {
            if (Token != null) raw.hfhub_session_options_set_token(options, Token);
            if (Endpoint != null) raw.hfhub_session_options_set_endpoint(options, Endpoint);
            if (CacheDir != null) raw.hfhub_session_options_set_cache_dir(options, CacheDir);
            if (Offline != null) raw.hfhub_session_options_set_offline(options, Offline == true ? 1 : 0);
            if (MemoryBudget != null) raw.hfhub_session_options_set_memory_budget(options, MemoryBudget.Value);
            if (UserAgent != null) raw.hfhub_session_options_set_user_agent(options, UserAgent);
            foreach (KeyValuePair<string, string> value in values)
                raw.hfhub_session_options_set(options, value.Key, value.Value);
        }
    }
}
