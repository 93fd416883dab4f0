using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Which repository and revision, and where files go. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_download_options_new:
    ///
    /// hfhub_download_options_free:
    ///
    /// </remarks>
    public sealed class DownloadOptions
    {
        /// <summary>The repository's type.</summary>
        /// <remarks>
        /// hfhub_download_options_set_repo_type:
        ///
        /// </remarks>
        public string RepoType { get; set; }

        /// <summary>The revision.</summary>
        /// <remarks>
        /// hfhub_download_options_set_revision:
        ///
        /// </remarks>
        public string Revision { get; set; }

        /// <summary>A folder of the repository.</summary>
        /// <remarks>
        /// hfhub_download_options_set_subfolder:
        ///
        /// </remarks>
        public string Subfolder { get; set; }

        /// <summary>Another cache than the session's.</summary>
        /// <remarks>
        /// hfhub_download_options_set_cache_dir:
        ///
        /// </remarks>
        public string CacheDir { get; set; }

        /// <summary>A folder for plain files instead of the cache.</summary>
        /// <remarks>
        /// hfhub_download_options_set_local_dir:
        ///
        /// </remarks>
        public string LocalDir { get; set; }

        /// <summary>The token; "" for none.</summary>
        /// <remarks>
        /// hfhub_download_options_set_token:
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>Fetch again what is there.</summary>
        /// <remarks>
        /// hfhub_download_options_set_force:
        ///
        /// </remarks>
        public bool? Force { get; set; }

        /// <summary>Use only what is on disk.</summary>
        /// <remarks>
        /// hfhub_download_options_set_local_files_only:
        ///
        /// </remarks>
        public bool? LocalFilesOnly { get; set; }

        /// <summary>Only say what would be done.</summary>
        /// <remarks>
        /// hfhub_download_options_set_dry_run:
        ///
        /// </remarks>
        public bool? DryRun { get; set; }

        /// <summary>Files fetched at the same time.</summary>
        /// <remarks>
        /// hfhub_download_options_set_max_workers:
        ///
        /// </remarks>
        public int? MaxWorkers { get; set; }

        /// <summary>Which files of a snapshot; none: all.</summary>
        /// <remarks>
        /// hfhub_download_options_add_allow_pattern:
        ///
        /// </remarks>
        public IList<string> AllowPatterns { get; } = new List<string>();

        /// <summary>Which files of a snapshot not.</summary>
        /// <remarks>
        /// hfhub_download_options_add_ignore_pattern:
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
            if (LocalFilesOnly != null) raw.hfhub_download_options_set_local_files_only(options, LocalFilesOnly == true ? 1 : 0);
            if (DryRun != null) raw.hfhub_download_options_set_dry_run(options, DryRun == true ? 1 : 0);
            if (MaxWorkers != null) raw.hfhub_download_options_set_max_workers(options, MaxWorkers.Value);
            foreach (string value in AllowPatterns) raw.hfhub_download_options_add_allow_pattern(options, value);
            foreach (string value in IgnorePatterns) raw.hfhub_download_options_add_ignore_pattern(options, value);
        }
    }
}
