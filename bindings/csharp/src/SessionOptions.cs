using System;
using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// How a session is to be. What is null is not set: then the environment or the default counts. Any option can be set by
    /// its key: <c>new SessionOptions { ["net.retries"] = "3" }</c>; <see cref="Library.Options"/> lists them.
    /// </summary>
    /// <remarks>
    /// hfhub_session_options_new:
    ///
    /// hfhub_session_options_free:
    ///
    /// </remarks>
    public sealed class SessionOptions
    {
        private readonly Dictionary<string, string> values = new Dictionary<string, string>();

        /// <summary>Any option.</summary>
        /// <remarks>
        /// hfhub_session_options_set:
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
        /// hfhub_session_options_set_token:
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>The Hub's base URL.</summary>
        /// <remarks>
        /// hfhub_session_options_set_endpoint:
        ///
        /// </remarks>
        public string Endpoint { get; set; }

        /// <summary>The folder of the cache.</summary>
        /// <remarks>
        /// hfhub_session_options_set_cache_dir:
        ///
        /// </remarks>
        public string CacheDir { get; set; }

        /// <summary>Never use the network.</summary>
        /// <remarks>
        /// hfhub_session_options_set_offline:
        ///
        /// </remarks>
        public bool? Offline { get; set; }

        /// <summary>How much memory all buffers together may take, in bytes.</summary>
        /// <remarks>
        /// hfhub_session_options_set_memory_budget:
        ///
        /// </remarks>
        public ulong? MemoryBudget { get; set; }

        /// <summary>What is said to the Hub about the program, "name/version".</summary>
        /// <remarks>
        /// hfhub_session_options_set_user_agent:
        ///
        /// </remarks>
        public string UserAgent { get; set; }

        /// <summary>
        /// Gets the log lines of option "log.level" and above, one after another, on a background thread of this binding: it may
        /// do anything, also call this library. The lines of a session have come before its Dispose returns. When it is slow
        /// and more than 4096 lines wait, further ones are lost; it is told how many.
        /// </summary>
        /// <remarks>
        /// hfhub_session_options_set_log_hook:
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
