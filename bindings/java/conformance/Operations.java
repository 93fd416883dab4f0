import io.github.libhfhub.Commit;
import io.github.libhfhub.CommitOptions;
import io.github.libhfhub.DeviceLogin;
import io.github.libhfhub.DownloadOptions;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.RepoOptions;
import io.github.libhfhub.Scheduler;
import io.github.libhfhub.Session;
import io.github.libhfhub.XetCommit;
import io.github.libhfhub.XetGroup;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Verbs that start an operation, and the options they take. */
final class Operations {
  /** Where a setter is not called as the field is. */
  private static final Map<String, String> NAMES =
      Map.of("allowPattern", "allow", "ignorePattern", "ignore", "deletePattern", "delete", "private", "setPrivate");

  private Operations() {}

  // ---- options -------------------------------------------------------------------------------------------------------

  /** Calls one setter for each member of the step's "options". */
  static <T> T set(Json step, T options) throws HfHubException {
    for (Map.Entry<String, Json> member : (Iterable<Map.Entry<String, Json>>) step.get("options").members()::iterator) {
      String name = member.getKey();
      Json value = member.getValue();
      boolean list = value.type() == Json.Type.ARRAY && !name.equals("repo") && !name.equals("token");
      List<Json> times = list ? value.elements().toList() : List.of(value);
      for (Json each : times) call(options, camel(name), each);
    }
    return options;
  }

  private static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String word : name.split("_")) {
      out.append(out.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return NAMES.getOrDefault(out.toString(), out.toString());
  }

  private static void call(Object options, String name, Json value) throws HfHubException {
    List<Json> values = value.type() == Json.Type.ARRAY ? value.elements().toList() : List.of(value);
    for (Method method : options.getClass().getMethods()) {
      if (!method.getName().equals(name) || method.getParameterCount() != values.size()) continue;
      Object[] arguments = new Object[values.size()];
      for (int i = 0; i < arguments.length; i++) arguments[i] = argument(method.getParameterTypes()[i], values.get(i));
      try {
        method.invoke(options, arguments);
        return;
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof HfHubException) throw (HfHubException) e.getCause();
        throw new IllegalArgumentException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException(e);
      }
    }
    throw Driver.die(options.getClass().getSimpleName() + " has no '" + name + "'");
  }

  private static Object argument(Class<?> type, Json value) {
    if (type == boolean.class) return value.integer(0) != 0;
    if (type == int.class) return (int) value.integer(0);
    if (type == long.class) return value.integer(0);
    if (type == Path.class) return Path.of(Driver.substituted(value.string()));
    return Driver.substituted(value.string());
  }

  static DownloadOptions download(Json step) throws HfHubException {
    return step.get("options").isMissing() ? null : set(step, new DownloadOptions());
  }

  // ---- verbs ---------------------------------------------------------------------------------------------------------

  /** Null when it is no verb of an operation. */
  static Operation<?> start(Json step, String verb) throws HfHubException {
    Operation<?> operation = ofSession(step, verb);
    if (operation == null) operation = ofRepository(step, verb);
    return operation != null ? operation : ofThing(step, verb);
  }

  private static Operation<?> ofSession(Json step, String verb) throws HfHubException {
    String repo = Driver.field(step, "repo_id");
    String file = Driver.field(step, "file_path");
    boolean git = step.get("git_credential").integer(0) != 0;
    switch (verb) {
      case "download_file":
        return Driver.session(step).downloadFile(repo, file, download(step));
      case "download_snapshot":
        return Driver.session(step).downloadSnapshot(repo, download(step));
      case "file_metadata":
        return Driver.session(step).fileMetadata(repo, file, download(step));
      case "cache_verify":
        return Driver.session(step).cacheVerify(repo, download(step));
      case "cache_scan":
        return Driver.session(step).cacheScan(Driver.path(step, "cache_dir"));
      case "call":
        return Driver.session(step).call(Driver.field(step, "operation"), jsonText(step.get("params")));
      case "upload_file":
        return Driver.session(step)
            .uploadFile(repo, Path.of(file), Driver.field(step, "path_in_repo"), set(step, new CommitOptions()));
      case "upload_folder":
        return Driver.session(step)
            .uploadFolder(
                repo, Driver.path(step, "folder_path"), Driver.field(step, "path_in_repo"), set(step, new CommitOptions()));
      case "delete_files":
        return Driver.session(step).deleteFiles(repo, set(step, new CommitOptions()));
      case "auth_login":
        return Driver.session(step).login(Driver.field(step, "token"), git);
      case "auth_logout":
        return Driver.session(step).logout(Driver.field(step, "token_name"), git);
      case "auth_switch":
        return Driver.session(step).switchToken(Driver.field(step, "token_name"), git);
      case "auth_list":
        return Driver.session(step).storedTokens();
      case "auth_get_token":
        return Driver.session(step).token();
      case "auth_whoami":
        return Driver.session(step).whoami(Driver.field(step, "token"), step.get("use_cache").integer(0) != 0);
      case "xet_hash_file":
        return Driver.session(step).xetHashFile(Path.of(file));
      case "lfs_upload":
        return Driver.session(step).lfsUpload(Path.of(file), Driver.field(step, "sha256"), jsonText(step.get("action")));
      default:
        return null;
    }
  }

  private static String jsonText(Json value) throws HfHubException {
    return value.isNull() ? null : Driver.substituted(value.text(-1));
  }

  private static Operation<?> ofRepository(Json step, String verb) throws HfHubException {
    if (!verb.startsWith("repo_") && !verb.startsWith("branch_") && !verb.startsWith("tag_")) return null;
    RepoOptions options = step.get("options").isMissing() ? null : set(step, new RepoOptions());
    Session session = Driver.session(step);
    String repo = Driver.field(step, "repo_id");
    String branch = Driver.field(step, "branch");
    switch (verb) {
      case "repo_create":
        return session.repoCreate(repo, options);
      case "repo_delete":
        return session.repoDelete(repo, options);
      case "repo_move":
        return session.repoMove(repo, Driver.field(step, "to_id"), options);
      case "repo_duplicate":
        return session.repoDuplicate(repo, Driver.field(step, "to_id"), options);
      case "repo_update":
        return session.repoUpdate(repo, options);
      case "repo_auth_check":
        return session.repoAuthCheck(repo, step.get("write").integer(0) != 0, options);
      case "repo_list":
        return session.repoList(Driver.field(step, "owner"), options);
      case "repo_refs":
        return session.repoRefs(repo, step.get("include_prs").integer(0) != 0, options);
      case "branch_create":
        return session.branchCreate(repo, branch, options);
      case "branch_delete":
        return session.branchDelete(repo, branch, options);
      case "branch_squash":
        return session.branchSquash(repo, branch, options);
      case "tag_create":
        return session.tagCreate(repo, Driver.field(step, "tag"), options);
      case "tag_delete":
        return session.tagDelete(repo, Driver.field(step, "tag"), options);
      default:
        return null;
    }
  }

  private static Operation<?> ofThing(Json step, String verb) throws HfHubException {
    String on = Driver.field(step, "on");
    switch (verb) {
      case "commit_prepare":
        return Driver.thing(on, Commit.class).prepare();
      case "commit_finish":
        return Driver.thing(on, Commit.class).finish();
      case "scheduler_trigger":
        return Driver.thing(on, Scheduler.class).trigger();
      case "scheduler_stop":
        return Driver.thing(on, Scheduler.class).stop();
      case "device_request":
        return Driver.thing(on, DeviceLogin.class).request();
      case "device_finish":
        return Driver.thing(on, DeviceLogin.class).finish();
      case "xet_commit_finish":
        return Driver.thing(on, XetCommit.class).finish();
      case "xet_group_start":
        return Driver.thing(on, XetGroup.class).start();
      default:
        return null;
    }
  }
}
