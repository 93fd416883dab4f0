using System;
using System.Diagnostics;

namespace HfHub
{
    // The time that a wait may take, in slices. Mono ends a program only when its background threads are in managed code, so no
    // wait inside the library is longer than a slice; the loops around them are managed.
    internal readonly struct Limit
    {
        internal const long SliceMilliseconds = 100;

        private readonly long end; // in ticks of Stopwatch; the largest: no limit

        internal Limit(TimeSpan timeout) =>
            end = timeout < TimeSpan.Zero
                ? long.MaxValue
                : Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);

        internal bool Passed => Stopwatch.GetTimestamp() >= end;

        // Milliseconds, rounded up.
        internal long NextSlice
        {
            get
            {
                if (end == long.MaxValue) return SliceMilliseconds;
                long left = end - Stopwatch.GetTimestamp();
                return left <= 0 ? 0 : Math.Min(SliceMilliseconds, left * 1000 / Stopwatch.Frequency + 1);
            }
        }
    }
}
