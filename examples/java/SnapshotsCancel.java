import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Session;
import io.github.libhfhub.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * snapshots_cancel REPO...: snapshots of models at the same time; the second half of them is cancelled right after the start.
 * Prints for each where it is, or that it was cancelled.
 */
public final class SnapshotsCancel {
  private SnapshotsCancel() {}

  /** The program. */
  public static void main(String[] args) {
    if (args.length == 0) {
      System.err.println("usage: snapshots_cancel REPO...");
      System.exit(2);
    }
    try (Session session = new Session()) {
      List<CompletableFuture<Snapshot>> snapshots = new ArrayList<>();
      for (String repo : args) snapshots.add(session.downloadSnapshot(repo).future());
      for (CompletableFuture<Snapshot> late : snapshots.subList((args.length + 1) / 2, args.length)) late.cancel(true);
      for (int i = 0; i < args.length; i++) System.out.println(args[i] + " " + outcome(snapshots.get(i)));
    } catch (CompletionException | HfHubException e) {
      System.err.println(e.getCause() != null ? e.getCause().getMessage() : e.getMessage());
      System.exit(1);
    }
  }

  private static String outcome(CompletableFuture<Snapshot> snapshot) {
    try {
      return snapshot.join().path().toString();
    } catch (CancellationException e) {
      return "cancelled";
    }
  }
}
