package io.github.libhfhub;

import static io.github.libhfhub.Tests.equal;
import static io.github.libhfhub.Tests.isTrue;
import static io.github.libhfhub.Tests.session;
import static io.github.libhfhub.Tests.test;
import static io.github.libhfhub.Tests.thrown;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;

/** Xet streams, channels and writers, and what a commit is written with. */
final class StreamTests {
  private static final int SIZE = 1_500_000;

  private StreamTests() {}

  static void run() throws Exception {
    byte[] content = new byte[SIZE];
    new java.util.Random(5).nextBytes(content);
    try (Session session = session("streams");
        XetOptions options = new XetOptions().endpoint(System.getenv("HFHUB_CAS"))) {
      String hash = upload(session, options, content);
      reading(session, options, hash, content);
      channels(session, options, hash, content);
      writing(session, options);
      commits(session);
    }
  }

  /** By every way of writing there is. */
  private static String upload(Session session, XetOptions options, byte[] content) throws IOException {
    try (XetCommit commit = session.xetCommit(options);
        XetWriter writer = commit.addStream("a stream")) {
      int at = 0;
      for (; at < 10; at++) writer.write(content[at]);
      writer.write(content, at, 400_000);
      at += 400_000;
      ByteBuffer direct = ByteBuffer.allocateDirect(300_000).put(content, at, 300_000).flip().position(5);
      writer.write(ByteBuffer.wrap(content, at, 5));
      equal(writer.write(direct), 299_995);
      equal(direct.remaining(), 0);
      at += 300_000;
      writer.flush();
      equal(writer.write(ByteBuffer.wrap(content, at, SIZE - at).asReadOnlyBuffer()), SIZE - at);
      XetFile made = writer.finish();
      equal(made, writer.finish());
      equal(made.size(), (long) SIZE);
      equal(writer.index(), 0L);
      commit.addBytes("nothing", new byte[0]);
      try (Operation<Json> finish = commit.finish()) {
        equal(finish.await().get("items").integer(0), 2L);
      }
      equal(commit.item(0).orElseThrow().hash(), made.hash());
      equal(commit.itemCount(), 2L);
      return made.hash();
    }
  }

  private static void reading(Session session, XetOptions options, String hash, byte[] content) {
    test(
        "an InputStream",
        () -> {
          try (InputStream in = session.xetStream(options, hash).inputStream()) {
            equal(in.read(), content[0] & 0xFF);
            equal(in.read(new byte[0]), 0);
            byte[] some = in.readNBytes(99);
            isTrue(Arrays.equals(some, Arrays.copyOfRange(content, 1, 100)), "the first bytes");
            isTrue(in.available() > 0, "there is more at hand");
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            equal(in.transferTo(rest), (long) SIZE - 100);
            isTrue(Arrays.equals(rest.toByteArray(), Arrays.copyOfRange(content, 100, SIZE)), "the rest");
            equal(in.read(), -1);
            in.close();
            thrown(ClosedChannelException.class, in::read);
          }
        });
    test(
        "pieces, in any order, without a copy",
        () -> {
          byte[] got = new byte[SIZE];
          try (XetStream stream = session.xetStream(options, hash, SIZE, 0, XetStream.UNKNOWN, false)) {
            for (ByteBuffer piece = stream.next(); piece != null; piece = stream.next()) {
              isTrue(piece.isDirect() && piece.isReadOnly(), "the library's own memory");
              piece.get(got, (int) stream.offset(), piece.remaining());
            }
            equal(stream.progress().bytesDone(), (long) SIZE);
          }
          isTrue(Arrays.equals(got, content), "all of it");
        });
    test(
        "a range, to a channel",
        () -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try (XetStream stream = session.xetStream(options, hash, SIZE, 1000, 700_000, true)) {
            equal(stream.transferTo(Channels.newChannel(out)), 699_000L);
          }
          isTrue(Arrays.equals(out.toByteArray(), Arrays.copyOfRange(content, 1000, 700_000)), "the range");
        });
    test(
        "a cancelled stream never looks like an end",
        () -> {
          try (XetStream stream = session.xetStream(options, hash)) {
            stream.next(Duration.ofSeconds(60));
            stream.cancel();
            thrown(CancelledException.class, () -> drain(stream));
          }
        });
    test(
        "a closed stream is refused",
        () -> {
          XetStream stream = session.xetStream(options, hash);
          stream.close();
          stream.close();
          thrown(IllegalStateException.class, stream::next);
        });
  }

  private static Object drain(XetStream stream) throws HfHubException {
    while (stream.next() != null) Thread.onSpinWait();
    return "the end";
  }

  private static void channels(Session session, XetOptions options, String hash, byte[] content) {
    test(
        "a channel reads anywhere",
        () -> {
          try (SeekableByteChannel channel = session.xetChannel(options, hash, SIZE)) {
            equal(channel.size(), (long) SIZE);
            for (int at : new int[] {0, 10, 5, 1_400_000, 1_400_100, 700_000, SIZE - 7}) {
              ByteBuffer buffer = at % 2 == 0 ? ByteBuffer.allocate(1000) : ByteBuffer.allocateDirect(1000);
              channel.position(at);
              while (buffer.hasRemaining() && channel.read(buffer) >= 0) equal(channel.position(), (long) at + buffer.position());
              byte[] got = new byte[buffer.flip().remaining()];
              buffer.get(got);
              isTrue(Arrays.equals(got, Arrays.copyOfRange(content, at, Math.min(SIZE, at + 1000))), "at " + at);
            }
            equal(channel.position(SIZE + 5L).read(ByteBuffer.allocate(1)), -1);
            thrown(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
            thrown(IllegalArgumentException.class, () -> channel.position(-1));
            channel.close();
            isTrue(!channel.isOpen(), "closed");
            thrown(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
          }
        });
  }

  private static void writing(Session session, XetOptions options) {
    test(
        "closing a writer ends its file; aborting fails the commit",
        () -> {
          try (XetCommit commit = session.xetCommit(options)) {
            XetWriter writer = commit.addStream("closed");
            writer.write(new byte[] {1, 2, 3});
            writer.close();
            writer.close();
            isTrue(!writer.isOpen(), "closed");
            thrown(ClosedChannelException.class, () -> writer.write(ByteBuffer.allocateDirect(1)));
            XetWriter aborted = commit.addStream("aborted");
            aborted.write(1);
            aborted.abort();
            aborted.close();
            try (Operation<Json> finish = commit.finish()) {
              thrown(HfHubException.class, finish::await);
            }
            equal(commit.item(0).orElseThrow().size(), 3L);
          }
        });
    test(
        "writing after the end",
        () -> {
          try (XetCommit commit = session.xetCommit(options);
              XetWriter writer = commit.addStream("ended")) {
            writer.finish();
            HfHubException e = thrown(HfHubException.class, () -> writer.write(ByteBuffer.allocateDirect(10)));
            equal(e.status(), Status.E_STATE);
          }
        });
    test(
        "a group",
        () -> {
          byte[] bytes = "some bytes".getBytes();
          try (XetCommit commit = session.xetCommit(options)) {
            commit.addBytes("b", ByteBuffer.wrap(bytes, 5, 5), "");
            try (Operation<Json> finish = commit.finish()) {
              finish.await();
            }
            XetFile made = commit.item(0).orElseThrow();
            equal(made.sha256(), null);
            try (XetGroup group = session.xetGroup(options)) {
              equal(group.add(made.hash(), 5, Tests.work("fetched")), 0L);
              equal(group.isFinished(0), false);
              try (Operation<Json> start = group.start()) {
                start.await();
              }
              equal(group.isFinished(0), true);
              equal(Files.readString(Tests.work("fetched")), "bytes");
            }
          }
        });
  }

  private static void commits(Session session) {
    test(
        "a commit's writer",
        () -> {
          try (CommitOptions options = new CommitOptions().message("m");
              Commit commit = session.commit("tests/written", options)) {
            try (CommitWriter writer = commit.addStream("a.txt")) {
              writer.write("hello".getBytes());
              equal(commit.operationCount(), 0L);
            }
            equal(commit.operationCount(), 1L);
            try (CommitWriter writer = commit.addStream("b.txt")) {
              writer.write('x');
              writer.abort();
            }
            equal(commit.operationCount(), 1L);
            commit.addBytes("c.txt", "c".getBytes()).addBytes("empty", ByteBuffer.allocateDirect(0)).deleteFile("d.txt");
            equal(commit.operationCount(), 4L);
          }
        });
  }
}
