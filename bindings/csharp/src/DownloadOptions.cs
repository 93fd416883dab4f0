using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Which repository and revision, and where files go. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_download_options_new: Options with their defaults: a model, revision "main", the session's cache. Since
    /// 0.1.
    ///
    /// hfhub_download_options_free: Frees the options. NULL is fine. Since 0.1.
    ///
    /// </remarks>
    public sealed class DownloadOptions
    {
        /// <summary>The repository's type.</summary>
        /// <remarks>
        /// hfhub_download_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT.
        /// Since 0.1.
        ///
        /// </remarks>
        public string RepoType { get; set; }

        /// <summary>The revision.</summary>
        /// <remarks>
        /// hfhub_download_options_set_revision: A branch, tag, commit hash (short or full) or refs/pr/N. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Revision { get; set; }

        /// <summary>A folder of the repository.</summary>
        /// <remarks>
        /// hfhub_download_options_set_subfolder: A folder inside the repository, put before file paths. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Subfolder { get; set; }

        /// <summary>Another cache than the session's.</summary>
        /// <remarks>
        /// hfhub_download_options_set_cache_dir: Another shared cache than the session's. Since 0.1.
        ///
        /// </remarks>
        public string CacheDir { get; set; }

        /// <summary>A folder for plain files instead of the cache.</summary>
        /// <remarks>
        /// hfhub_download_options_set_local_dir: Plain files in this folder instead of the shared cache. Since 0.1.
        ///
        /// </remarks>
        public string LocalDir { get; set; }

        /// <summary>The token; "" for none.</summary>
        /// <remarks>
        /// hfhub_download_options_set_token: Another token than the session's; "" for none. Errors: E_ARGUMENT. Since
        /// 0.1.
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>Fetch again what is there.</summary>
        /// <remarks>
        /// hfhub_download_options_set_force: 1: fetch again what is there. Since 0.1.
        ///
        /// </remarks>
        public bool? Force { get; set; }

        /// <summary>Use only what is on disk.</summary>
        /// <remarks>
        /// hfhub_download_options_set_local_files_only: 1: use only what is on disk. Since 0.1.
        ///
        /// </remarks>
        public bool? LocalFilesOnly { get; set; }

        /// <summary>Only say what would be done.</summary>
        /// <remarks>
        /// hfhub_download_options_set_dry_run: 1: fetch and write nothing; the result's JSON says what would be done.
        /// Since 0.1.
        ///
        /// </remarks>
        public bool? DryRun { get; set; }

        /// <summary>Files fetched at the same time.</summary>
        /// <remarks>
        /// hfhub_download_options_set_max_workers: Files fetched at the same time, 1 to 256; default: option
        /// download.max_workers. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public int? MaxWorkers { get; set; }

        /// <summary>Which files of a snapshot; none: all.</summary>
        /// <remarks>
        /// hfhub_download_options_add_allow_pattern: Snapshots: only files that match one of the allow patterns
        /// (fnmatch on the whole path; "*" crosses "/"; a trailing "/" means the folder's content). Since 0.1.
        ///
        /// </remarks>
        public IList<string> AllowPatterns { get; } = new List<string>();

        /// <summary>Which files of a snapshot not.</summary>
        /// <remarks>
        /// hfhub_download_options_add_ignore_pattern: Snapshots: no file that matches one of the ignore patterns. Since
        /// 0.1.
        ///
        /// </remarks>
        public IList<string> IgnorePatterns { get; } = new List<string>();

        // The native form, for one call.
        internal DownloadOptionsHandle Open()
        {
            raw.hfhub_download_options_new(out DownloadOptionsHandle options);
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

        private void Apply(DownloadOptionsHandle options)
        {
            if (RepoType != null) raw.hfhub_download_options_set_repo_type(options, RepoType);
            if (Revision != null) raw.hfhub_download_options_set_revision(options, Revision);
            if (Subfolder != null) raw.hfhub_download_options_set_subfolder(options, Subfolder);
            if (CacheDir != null) raw.hfhub_download_options_set_cache_dir(options, CacheDir);
            if (LocalDir != null) raw.hfhub_download_options_set_local_dir(options, LocalDir);
            if (Token != null) raw.hfhub_download_options_set_token(options, Token);
            if (Force != null) raw.hfhub_download_options_set_force(options, Force == true ? 1 : 0);
            if (LocalFilesOnly != null)
                raw.hfhub_download_options_set_local_files_only(options, LocalFilesOnly == true ? 1 : 0);
            if (DryRun != null) raw.hfhub_download_options_set_dry_run(options, DryRun == true ? 1 : 0);
            if (MaxWorkers != null) raw.hfhub_download_options_set_max_workers(options, MaxWorkers.Value);
            foreach (string value in AllowPatterns) raw.hfhub_download_options_add_allow_pattern(options, value);
            foreach (string value in IgnorePatterns) raw.hfhub_download_options_add_ignore_pattern(options, value);
        }
    }
}
