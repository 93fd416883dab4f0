package io.github.libhfhub;

/** Where a commit goes and what it says. Not to be changed by two threads at once. */
public final class CommitOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   * <p>
   * hfhub_commit_options_new: Options with their defaults: a model, its revision "main", no pull request. Since 0.1.
   */
  public CommitOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_commit_options_free, Raw::hfhub_commit_options_new);
  }

  /**
   * The repository's type.
   * <p>
   * hfhub_commit_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public CommitOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_repo_type(options, value));
    return this;
  }

  /**
   * The branch or pull request.
   * <p>
   * hfhub_commit_options_set_revision: A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1.
   */
  public CommitOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_revision(options, value));
    return this;
  }

  /**
   * The message.
   * <p>
   * hfhub_commit_options_set_message: The commit's message; a commit needs one, uploads of files and folders have a
   * default. Errors: E_ARGUMENT when it is empty or not UTF-8. Since 0.1.
   */
  public CommitOptions message(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_message(options, value));
    return this;
  }

  /**
   * What is said below the message.
   * <p>
   * hfhub_commit_options_set_description: What is said below the message. Errors: E_ARGUMENT when it is not UTF-8.
   * Since 0.1.
   */
  public CommitOptions description(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_description(options, value));
    return this;
  }

  /**
   * What the commit must follow.
   * <p>
   * hfhub_commit_options_set_parent: The revision must be at this commit (5 to 40 hex digits), else the operation fails
   * with E_CONFLICT. Since 0.1.
   */
  public CommitOptions parent(String commitId) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_parent(options, commitId));
    return this;
  }

  /**
   * Whether to open a pull request.
   * <p>
   * hfhub_commit_options_set_create_pr: 1: the commit opens a pull request. Since 0.1.
   */
  public CommitOptions createPr(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_create_pr(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Another token.
   * <p>
   * hfhub_commit_options_set_token: The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1.
   */
  public CommitOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_token(options, value));
    return this;
  }

  /**
   * Only files like this; adds to earlier patterns.
   * <p>
   * hfhub_commit_options_add_allow_pattern: Folders: only files that match one of the allow patterns, which have the
   * meaning of hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1.
   */
  public CommitOptions allow(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_allow_pattern(options, pattern));
    return this;
  }

  /**
   * No files like this; adds to earlier patterns.
   * <p>
   * hfhub_commit_options_add_ignore_pattern: Folders: no file that matches one of the ignore patterns. The folders .git
   * and .cache/huggingface are always left out. Since 0.1.
   */
  public CommitOptions ignore(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_ignore_pattern(options, pattern));
    return this;
  }

  /**
   * Files to delete in the same commit; adds to earlier patterns.
   * <p>
   * hfhub_commit_options_add_delete_pattern: Folders: files of the repository below the destination that match are
   * deleted in the same commit, unless they are uploaded; .gitattributes stays. Since 0.1.
   */
  public CommitOptions delete(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_delete_pattern(options, pattern));
    return this;
  }

  /**
   * Whether to follow links to files.
   * <p>
   * hfhub_commit_options_set_follow_links: Folders: 0 refuses a folder that holds symbolic links to files (default:
   * they are followed; links to folders never are). Since 0.1.
   */
  public CommitOptions followLinks(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_follow_links(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to keep a journal in the folder.
   * <p>
   * hfhub_commit_options_set_journal: Folders: 0 keeps no journal in the folder's .cache/huggingface/upload (default:
   * kept, so that the next upload does not read unchanged files again). Since 0.1.
   */
  public CommitOptions journal(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_journal(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   * <p>
   * hfhub_commit_options_free: Frees the options. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
