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
        /// hfhub_version:
        ///
        /// </remarks>
        public static string Version => raw.hfhub_version();

        /// <summary>Its version, to compare.</summary>
        /// <remarks>
        /// hfhub_version_number:
        ///
        /// </remarks>
        public static long VersionNumber => raw.hfhub_version_number();

        /// <summary>Native objects that are alive; what the garbage collector has not found yet is among them.</summary>
        /// <remarks>
        /// hfhub_handle_get_count:
        ///
        /// </remarks>
        public static long LiveObjects => (long)raw.hfhub_handle_get_count();

        /// <summary>Every option that <see cref="SessionOptions"/> takes by its key.</summary>
        /// <remarks>
        /// hfhub_option_get_count:
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
        /// hfhub_call_get_count:
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
        /// hfhub_uri_parse:
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
        /// hfhub_option_get_key:
        ///
        /// </remarks>
        public string Key { get; }

        /// <summary>Its value when nobody sets it.</summary>
        /// <remarks>
        /// hfhub_option_get_default:
        ///
        /// </remarks>
        public string Default { get; }

        /// <summary>The environment variables that set it.</summary>
        /// <remarks>
        /// hfhub_option_get_environment:
        ///
        /// </remarks>
        public string Environment { get; }

        /// <summary>What it does.</summary>
        /// <remarks>
        /// hfhub_option_get_help:
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
        /// hfhub_call_get_name:
        ///
        /// </remarks>
        public string Name { get; }

        /// <summary>Its parameters; required ones come first and end in "!".</summary>
        /// <remarks>
        /// hfhub_call_get_parameters:
        ///
        /// </remarks>
        public IReadOnlyList<string> Parameters { get; }
    }
}
