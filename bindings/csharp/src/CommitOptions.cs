using System.Collections.Generic;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Where a commit goes and what it says. What is null is not set.</summary>
    /// <remarks>
    /// hfhub_commit_options_new:
    ///
    /// hfhub_commit_options_free:
    ///
    /// </remarks>
    public sealed class CommitOptions
    {
        /// <summary>The repository's type.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_repo_type:
        ///
        /// </remarks>
        public string RepoType { get; set; }

        /// <summary>The branch.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_revision:
        ///
        /// </remarks>
        public string Revision { get; set; }

        /// <summary>The commit's message.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_message:
        ///
        /// </remarks>
        public string Message { get; set; }

        /// <summary>What is said below the message.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_description:
        ///
        /// </remarks>
        public string Description { get; set; }

        /// <summary>The commit that must be the branch's head.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_parent:
        ///
        /// </remarks>
        public string Parent { get; set; }

        /// <summary>Open a pull request.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_create_pr:
        ///
        /// </remarks>
        public bool? CreatePullRequest { get; set; }

        /// <summary>The token; "" for none.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_token:
        ///
        /// </remarks>
        public string Token { get; set; }

        /// <summary>Which files of a folder; none: all.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_allow_pattern:
        ///
        /// </remarks>
        public IList<string> AllowPatterns { get; } = new List<string>();

        /// <summary>Which files of a folder not.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_ignore_pattern:
        ///
        /// </remarks>
        public IList<string> IgnorePatterns { get; } = new List<string>();

        /// <summary>Which files of the repository are deleted.</summary>
        /// <remarks>
        /// hfhub_commit_options_add_delete_pattern:
        ///
        /// </remarks>
        public IList<string> DeletePatterns { get; } = new List<string>();

        /// <summary>Whether links to files in a folder are followed.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_follow_links:
        ///
        /// </remarks>
        public bool? FollowLinks { get; set; }

        /// <summary>Whether an upload of a folder keeps a journal there.</summary>
        /// <remarks>
        /// hfhub_commit_options_set_journal:
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
            if (CreatePullRequest != null) raw.hfhub_commit_options_set_create_pr(options, CreatePullRequest == true ? 1 : 0);
            if (Token != null) raw.hfhub_commit_options_set_token(options, Token);
            foreach (string value in AllowPatterns) raw.hfhub_commit_options_add_allow_pattern(options, value);
            foreach (string value in IgnorePatterns) raw.hfhub_commit_options_add_ignore_pattern(options, value);
            foreach (string value in DeletePatterns) raw.hfhub_commit_options_add_delete_pattern(options, value);
            if (FollowLinks != null) raw.hfhub_commit_options_set_follow_links(options, FollowLinks == true ? 1 : 0);
            if (Journal != null) raw.hfhub_commit_options_set_journal(options, Journal == true ? 1 : 0);
        }
    }
}
