using System;
using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>What the native library is and knows.</summary>
    public static class Library
    {
        /// <summary>Its version.</summary>
        /// <remarks>
        /// hfhub_version: The library's version, e.g. "0.1.0". Static storage. Since 0.1.
        ///
        /// </remarks>
        public static string Version => raw.hfhub_version();

        /// <summary>Its version, to compare.</summary>
        /// <remarks>
        /// hfhub_version_number: The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1.
        ///
        /// </remarks>
        public static long VersionNumber => raw.hfhub_version_number();

        /// <summary>Native objects that are alive; what the garbage collector has not found yet is among
        /// them.</summary>
        /// <remarks>
        /// hfhub_handle_get_count: Objects of this library that were made in this process and not freed: handles, JSON
        /// documents and errors of all kinds. For tests that look for leaks. Since 0.1.
        ///
        /// </remarks>
        public static long LiveObjects => (long)raw.hfhub_handle_get_count();

        /// <summary>Every option that <see cref="SessionOptions"/> takes by its key.</summary>
        /// <remarks>
        /// hfhub_option_get_count: Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1.
        ///
        /// </remarks>
        public static IReadOnlyList<OptionInfo> Options
        {
            get
            {
                var all = new OptionInfo[raw.hfhub_option_get_count()];
                for (int i = 0; i < all.Length; ++i) all[i] = new OptionInfo((ulong)i);
                return all;
            }
        }

        /// <summary>Every operation that <see cref="Session.CallAsync"/> takes by its name.</summary>
        /// <remarks>
        /// hfhub_call_get_count: Number of known operations; docs/OPERATIONS.md lists them. Since 0.1.
        ///
        /// </remarks>
        public static IReadOnlyList<CallInfo> Calls
        {
            get
            {
                var all = new CallInfo[raw.hfhub_call_get_count()];
                for (int i = 0; i < all.Length; ++i) all[i] = new CallInfo((ulong)i);
                return all;
            }
        }

        /// <summary>Reads an hf:// URI.</summary>
        /// <remarks>
        /// hfhub_uri_parse: Reads hf://[models/|datasets/|spaces/|kernels/]ns/name[@revision][/path]. Result:
        /// {"repo_type", "repo_id", "revision" or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="uri">The text.</param>
        public static HubUri ParseUri(string uri)
        {
            raw.hfhub_uri_parse(uri ?? throw new ArgumentNullException(nameof(uri)), out JsonHandle json);
            return new HubUri(new Json(json));
        }
    }

    /// <summary>An option of a session.</summary>
    public sealed class OptionInfo
    {
        internal OptionInfo(ulong index)
        {
            Key = raw.hfhub_option_get_key(index);
            Default = raw.hfhub_option_get_default(index);
            Environment = raw.hfhub_option_get_environment(index);
            Help = raw.hfhub_option_get_help(index);
        }

        /// <summary>What it is set by, e.g. "net.retries".</summary>
        /// <remarks>
        /// hfhub_option_get_key: Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage.
        /// Since 0.1.
        ///
        /// </remarks>
        public string Key { get; }

        /// <summary>Its value when nobody sets it.</summary>
        /// <remarks>
        /// hfhub_option_get_default: Its default as text; "" when it is not set or derived from others. Static storage.
        /// Since 0.1.
        ///
        /// </remarks>
        public string Default { get; }

        /// <summary>The environment variables that set it.</summary>
        /// <remarks>
        /// hfhub_option_get_environment: Its environment variables, by falling priority, separated by spaces; "!NAME"
        /// means the opposite. Static storage. Since 0.1.
        ///
        /// </remarks>
        public string Environment { get; }

        /// <summary>What it does.</summary>
        /// <remarks>
        /// hfhub_option_get_help: One or two sentences about it. Static storage. Since 0.1.
        ///
        /// </remarks>
        public string Help { get; }
    }

    /// <summary>An operation of the Hub's REST API.</summary>
    public sealed class CallInfo
    {
        internal CallInfo(ulong index)
        {
            Name = raw.hfhub_call_get_name(index);
            raw.hfhub_call_get_parameters(index, out string parameters);
            Parameters = parameters.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>What it is called by, e.g. "models.info".</summary>
        /// <remarks>
        /// hfhub_call_get_name: Name of operation number `index`, e.g. "models.info"; NULL past the end. Static
        /// storage. Since 0.1.
        ///
        /// </remarks>
        public string Name { get; }

        /// <summary>Its parameters; required ones come first and end in "!".</summary>
        /// <remarks>
        /// hfhub_call_get_parameters: Parameters of operation number `index`, separated by spaces; required ones first
        /// and marked with "!". Owned. Errors: E_ARGUMENT past the end. Since 0.1.
        ///
        /// </remarks>
        public IReadOnlyList<string> Parameters { get; }
    }
}
