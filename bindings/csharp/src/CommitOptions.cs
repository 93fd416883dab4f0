using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Where a commit goes and what it says. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_commit_options_new: Options with their defaults: a model, its revision "main", no pull request. Since 0.1.
    ///
    /// hfhub_commit_options_free: Frees the options. NULL is fine. Since 0.1.
    ///
    /// </remarks>
    public sealed class CommitOptions
    {
        /// <summary>The repository's type.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT.
        /// Since 0.1.
        ///
        /// </remarks>
        public string RepoType { get; set; }

        /// <summary>The branch.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_revision: A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Revision { get; set; }

        /// <summary>The commit's message.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_message: The commit's message; a commit needs one, uploads of files and folders
        /// have a default. Errors: E_ARGUMENT when it is empty or not UTF-8. Since 0.1.
        ///
        /// </remarks>
        public string Message { get; set; }

        /// <summary>What is said below the message.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_description: What is said below the message. Errors: E_ARGUMENT when it is not
        /// UTF-8. Since 0.1.
        ///
        /// </remarks>
        public string Description { get; set; }

        /// <summary>The commit that must be the branch's head.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_parent: The revision must be at this commit (5 to 40 hex digits), else the
        /// operation fails with E_CONFLICT. Since 0.1.
        ///
        /// </remarks>
        public string Parent { get; set; }

        /// <summary>Open a pull request.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_create_pr: 1: the commit opens a pull request. Since 0.1.
        ///
        /// </remarks>
        public bool? CreatePullRequest { get; set; }

        /// <summary>The token; "" for none.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_token: The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>Which files of a folder; none: all.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_allow_pattern: Folders: only files that match one of the allow patterns, which have
        /// the meaning of hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1.
        ///
        /// </remarks>
        public IList<string> AllowPatterns { get; } = new List<string>();

        /// <summary>Which files of a folder not.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_ignore_pattern: Folders: no file that matches one of the ignore patterns. The
        /// folders .git and .cache/huggingface are always left out. Since 0.1.
        ///
        /// </remarks>
        public IList<string> IgnorePatterns { get; } = new List<string>();

        /// <summary>Which files of the repository are deleted.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_delete_pattern: Folders: files of the repository below the destination that match
        /// are deleted in the same commit, unless they are uploaded; .gitattributes stays. Since 0.1.
        ///
        /// </remarks>
        public IList<string> DeletePatterns { get; } = new List<string>();

        /// <summary>Whether links to files in a folder are followed.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_follow_links: Folders: 0 refuses a folder that holds symbolic links to files
        /// (default: they are followed; links to folders never are). Since 0.1.
        ///
        /// </remarks>
        public bool? FollowLinks { get; set; }

        /// <summary>Whether an upload of a folder keeps a journal there.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_journal: Folders: 0 keeps no journal in the folder's .cache/huggingface/upload
        /// (default: kept, so that the next upload does not read unchanged files again). Since 0.1.
        ///
        /// </remarks>
        public bool? Journal { get; set; }

        // The native form, for one call.
        internal CommitOptionsHandle Open()
        {
            raw.hfhub_commit_options_new(out CommitOptionsHandle options);
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

        private void Apply(CommitOptionsHandle options)
        {
            if (RepoType != null) raw.hfhub_commit_options_set_repo_type(options, RepoType);
            if (Revision != null) raw.hfhub_commit_options_set_revision(options, Revision);
            if (Message != null) raw.hfhub_commit_options_set_message(options, Message);
            if (Description != null) raw.hfhub_commit_options_set_description(options, Description);
            if (Parent != null) raw.hfhub_commit_options_set_parent(options, Parent);
            if (CreatePullRequest != null)
                raw.hfhub_commit_options_set_create_pr(options, CreatePullRequest == true ? 1 : 0);
            if (Token != null) raw.hfhub_commit_options_set_token(options, Token);
            foreach (string value in AllowPatterns) raw.hfhub_commit_options_add_allow_pattern(options, value);
            foreach (string value in IgnorePatterns) raw.hfhub_commit_options_add_ignore_pattern(options, value);
            foreach (string value in DeletePatterns) raw.hfhub_commit_options_add_delete_pattern(options, value);
            if (FollowLinks != null) raw.hfhub_commit_options_set_follow_links(options, FollowLinks == true ? 1 : 0);
            if (Journal != null) raw.hfhub_commit_options_set_journal(options, Journal == true ? 1 : 0);
        }
    }
}
