using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>How a repository, branch or tag is to be. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_repo_options_new: Options with their defaults: a model, the session's token, nothing else said. Since 0.1.
    ///
    /// hfhub_repo_options_free: Frees the options. NULL is fine. Since 0.1.
    ///
    /// </remarks>
    public sealed class RepoOptions
    {
        /// <summary>The repository's type.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Every call takes it.
        /// Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string RepoType { get; set; }

        /// <summary>The token; "" for none.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_token: Another token than the session's; "" for none. Every call takes it. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>Who sees it.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_visibility: "public", "private" or, for Spaces, "protected" (everybody may use it,
        /// nobody else sees its files). Default: what the Hub chooses. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Visibility { get; set; }

        /// <summary>The same as Visibility "private" or "public".</summary>
        /// <remarks>
        /// hfhub_repo_options_set_private: 1: the same as "private", 0: the same as "public". Since 0.1.
        ///
        /// </remarks>
        public bool? Private { get; set; }

        /// <summary>Who gets at the files.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_gated: Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or
        /// "false" (everybody). Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Gated { get; set; }

        /// <summary>What is there already is a success.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_exist_ok: 1: what is there already is a success. Since 0.1.
        ///
        /// </remarks>
        public bool? ExistOk { get; set; }

        /// <summary>What is not there is a success.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_missing_ok: 1: what is not there is a success. Since 0.1.
        ///
        /// </remarks>
        public bool? MissingOk { get; set; }

        /// <summary>The resource group of an organisation.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_resource_group: The resource group of an Enterprise organisation. Errors: E_ARGUMENT.
        /// Since 0.1.
        ///
        /// </remarks>
        public string ResourceGroup { get; set; }

        /// <summary>Where it is stored.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_region: Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since
        /// 0.1.
        ///
        /// </remarks>
        public string Region { get; set; }

        /// <summary>What a Space is made with.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_space_sdk: What a Space is made with: "gradio", "streamlit", "docker" or "static".
        /// Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string SpaceSdk { get; set; }

        /// <summary>What a Space starts from.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_space_template: A template to start a Space from, by its name or repository; it
        /// brings its SDK. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string SpaceTemplate { get; set; }

        /// <summary>What a Space runs on.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_space_hardware: What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since
        /// 0.1.
        ///
        /// </remarks>
        public string SpaceHardware { get; set; }

        /// <summary>Seconds without use before a Space sleeps; -1 for never.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_space_sleep_time: Seconds without use after which a Space is put to sleep; -1 for
        /// never. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public long? SpaceSleepTime { get; set; }

        /// <summary>Secrets of a Space.</summary>
        /// <remarks>
        /// hfhub_repo_options_add_space_secret: A secret of a Space. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public IDictionary<string, string> SpaceSecrets { get; }
            = new Dictionary<string, string>();

        /// <summary>Environment variables of a Space.</summary>
        /// <remarks>
        /// hfhub_repo_options_add_space_variable: An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public IDictionary<string, string> SpaceVariables { get; }
            = new Dictionary<string, string>();

        /// <summary>What a Space sees as folders.</summary>
        /// <remarks>
        /// hfhub_repo_options_add_space_volume: A repository or bucket that a Space sees as a folder:
        /// hf://[models/|datasets/|spaces/|buckets/]ns/name[@revision][/path]:/folder[:ro|:rw]. Errors: E_ARGUMENT.
        /// Since 0.1.
        ///
        /// </remarks>
        public IList<string> SpaceVolumes { get; } = new List<string>();

        /// <summary>Where a branch or tag begins.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_revision: Where a branch or tag begins: a branch, tag or commit hash. Default: main.
        /// Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Revision { get; set; }

        /// <summary>What a tag or a squash says.</summary>
        /// <remarks>
        /// hfhub_repo_options_set_message: The message of a tag, or of the commit that a squash makes. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Message { get; set; }

        // The native form, for one call.
        internal RepoOptionsHandle Open()
        {
            raw.hfhub_repo_options_new(out RepoOptionsHandle options);
            try
            {
                Apply(options);
                return options;
            }
            catch
            {
                options.Dispose();
                throw;
            }
        }

        private void Apply(RepoOptionsHandle options)
        {
            if (RepoType != null) raw.hfhub_repo_options_set_repo_type(options, RepoType);
            if (Token != null) raw.hfhub_repo_options_set_token(options, Token);
            if (Visibility != null) raw.hfhub_repo_options_set_visibility(options, Visibility);
            if (Private != null) raw.hfhub_repo_options_set_private(options, Private == true ? 1 : 0);
            if (Gated != null) raw.hfhub_repo_options_set_gated(options, Gated);
            if (ExistOk != null) raw.hfhub_repo_options_set_exist_ok(options, ExistOk == true ? 1 : 0);
            if (MissingOk != null) raw.hfhub_repo_options_set_missing_ok(options, MissingOk == true ? 1 : 0);
            if (ResourceGroup != null) raw.hfhub_repo_options_set_resource_group(options, ResourceGroup);
            if (Region != null) raw.hfhub_repo_options_set_region(options, Region);
            if (SpaceSdk != null) raw.hfhub_repo_options_set_space_sdk(options, SpaceSdk);
            if (SpaceTemplate != null) raw.hfhub_repo_options_set_space_template(options, SpaceTemplate);
            if (SpaceHardware != null) raw.hfhub_repo_options_set_space_hardware(options, SpaceHardware);
            if (SpaceSleepTime != null) raw.hfhub_repo_options_set_space_sleep_time(options, SpaceSleepTime.Value);
            foreach (KeyValuePair<string, string> value in SpaceSecrets)
                raw.hfhub_repo_options_add_space_secret(options, value.Key, value.Value);
            foreach (KeyValuePair<string, string> value in SpaceVariables)
                raw.hfhub_repo_options_add_space_variable(options, value.Key, value.Value);
            foreach (string value in SpaceVolumes) raw.hfhub_repo_options_add_space_volume(options, value);
            if (Revision != null) raw.hfhub_repo_options_set_revision(options, Revision);
            if (Message != null) raw.hfhub_repo_options_set_message(options, Message);
        }
    }
}
