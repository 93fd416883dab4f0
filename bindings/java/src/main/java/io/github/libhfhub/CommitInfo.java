package io.github.libhfhub;

/**
 * A commit that was made.
 *
 * @param committed whether one was needed: false when the Hub had everything already
 * @param oid its id
 * @param url its page
 * @param message what it says
 * @param description what it says below
 * @param prUrl the pull request that it opened; null when it opened none
 * @param prNum the pull request's number; -1 when it opened none
 * @param prRevision the pull request's revision; null when it opened none
 * @param repoUrl the repository's page
 * @param json all that the library says
 */
public record CommitInfo(
    boolean committed, String oid, String url, String message, String description, String prUrl, long prNum,
    String prRevision, String repoUrl, Json json) {
  static CommitInfo read(long operation) throws HfHubException {
    Json json = Operation.json(operation);
    return new CommitInfo(
        json.get("committed").bool(false), json.get("commit_oid").string(), json.get("commit_url").string(),
        json.get("commit_message").string(), json.get("commit_description").string(), json.get("pr_url").string(),
        json.get("pr_num").integer(-1), json.get("pr_revision").string(), json.get("repo_url").string(), json);
  }
}
