using System;

namespace HfHub
{
    // The time that a wait may take, in slices. Mono ends a program only when its background threads are in managed
    // code, so no wait inside the library is longer than a slice; the loops around them are managed.
    internal readonly struct Limit
    {
        internal const long SliceMilliseconds = 100;

        private readonly long milliseconds; // negative: no limit
        private readonly int start;

        internal Limit(TimeSpan timeout)
        {
            milliseconds = timeout < TimeSpan.Zero ? -1 : (long)Math.Ceiling(timeout.TotalMilliseconds);
            start = Environment.TickCount;
        }

        internal bool Passed => milliseconds >= 0 && Left <= 0;
        internal long NextSlice =>
            milliseconds < 0 ? SliceMilliseconds : Math.Max(0, Math.Min(SliceMilliseconds, Left));

        // TickCount begins anew every 49 days; a difference of two does not mind.
        private long Left => milliseconds - unchecked((uint)(Environment.TickCount - start));
    }
}
