package io.github.libhfhub;

import java.time.Duration;

/**
 * Counters of an operation or of one item, at one moment.
 *
 * @param state of an item; {@link ItemState#WAITING} for an operation
 * @param itemsDone finished, cached ones included
 * @param itemsTotal known so far
 * @param itemsCached of those done: were on disk already
 * @param bytesDone of the content, resumed bytes included
 * @param bytesTotal of the content, known so far; 0 when unknown
 * @param resumedBytes of those done: were on disk from an earlier, broken download
 * @param wireBytes moved over the network, repeats included
 * @param rateBytesPerS recently
 * @param elapsed since the start
 */
public record Progress(
    ItemState state, long itemsDone, long itemsTotal, long itemsCached, long bytesDone, long bytesTotal, long resumedBytes,
    long wireBytes, long rateBytesPerS, Duration elapsed) {

  /** What becomes of an item. */
  public enum ItemState {
    /** Not begun. */
    WAITING,
    /** Being worked on. */
    RUNNING,
    /** Done. */
    DONE,
    /** Failed. */
    FAILED,
    /** Was on disk already. */
    CACHED
  }

  /** A call that fills the counters, in the order of this record. */
  interface Get {
    void into(long[] counters) throws HfHubException;
  }

  static Progress get(Get get) throws HfHubException {
    long[] c = new long[10];
    get.into(c);
    ItemState state = ItemState.values()[(int) Math.min(c[0], ItemState.values().length - 1)];
    return new Progress(state, c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], Duration.ofMillis(c[9]));
  }
}
