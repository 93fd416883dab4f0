package io.github.libhfhub;

/**
 * A repository that was made, moved or copied.
 *
 * @param url its page
 * @param repoId its id, with its namespace
 * @param repoType "model", "dataset", "space" or "kernel"
 * @param created whether it is new
 * @param json all that the library says
 */
public record RepoUrl(String url, String repoId, String repoType, boolean created, Json json) {
  static RepoUrl read(long operation) throws HfHubException {
    Json json = Operation.json(operation);
    return new RepoUrl(
        json.get("url").string(), json.get("repo_id").string(), json.get("repo_type").string(),
        json.get("created").bool(false), json);
  }
}
