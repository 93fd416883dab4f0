import io.github.libhfhub.CommitInfo;
import io.github.libhfhub.CommitOptions;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Session;
import java.nio.file.Path;

/** upload_folder_pr REPO FOLDER: a folder as a pull request to a model. Prints the pull request's URL. */
public final class UploadFolderPr {
  private UploadFolderPr() {}

  /** The program. */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: upload_folder_pr REPO FOLDER");
      System.exit(2);
    }
    try (Session session = new Session();
        CommitOptions options = new CommitOptions().createPr(true).message("Upload a folder");
        Operation<CommitInfo> upload = session.uploadFolder(args[0], Path.of(args[1]), "", options)) {
      System.out.println(upload.await().prUrl());
    } catch (HfHubException e) {
      System.err.println(e.statusName() + ": " + e.getMessage());
      System.exit(1);
    }
  }
}
