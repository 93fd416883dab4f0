import io.github.libhfhub.FileDownload;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Progress;
import io.github.libhfhub.Session;
import java.time.Duration;

/** download_progress REPO FILE: one file of a model into the shared cache, with a line of progress. Prints where it is. */
public final class DownloadProgress {
  private DownloadProgress() {}

  /** The program. */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: download_progress REPO FILE");
      System.exit(2);
    }
    try (Session session = new Session();
        Operation<FileDownload> download = session.downloadFile(args[0], args[1])) {
      FileDownload file = download.await(Duration.ofMillis(200), DownloadProgress::show);
      System.err.println();
      System.out.println(file.path());
    } catch (HfHubException e) {
      System.err.println(e.statusName() + ": " + e.getMessage());
      if (e.isRetriable()) System.err.println("the same call may succeed later");
      System.exit(1);
    }
  }

  private static void show(Progress p) {
    System.err.printf(
        "\r%d of %d MB, %d MB/s ", p.bytesDone() / 1000000, p.bytesTotal() / 1000000, p.rateBytesPerS() / 1000000);
  }
}
