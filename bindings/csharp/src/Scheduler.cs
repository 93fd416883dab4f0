using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Commits a folder that grows, again and again.</summary>
    public sealed class Scheduler : IDisposable
    {
        private readonly SchedulerHandle handle;

        internal Scheduler(SchedulerHandle handle) => this.handle = handle;

        /// <summary>Makes a commit now.</summary>
        /// <remarks>
        /// hfhub_scheduler_trigger: A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish,
        /// or {"committed": false} when nothing is new. Errors: E_STATE after stop. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> TriggerAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartTrigger());

        /// <summary>The same as <see cref="TriggerAsync"/>, as an operation.</summary>
        public Operation<CommitInfo> StartTrigger()
        {
            raw.hfhub_scheduler_trigger(handle, out OpHandle operation);
            return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
        }

        /// <summary>Makes the last commit.</summary>
        /// <remarks>
        /// hfhub_scheduler_stop: The last commit: when its operation has succeeded nothing of the folder is missing on
        /// the Hub. Errors: E_STATE the second time. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> StopAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartStop());

        /// <summary>The same as <see cref="StopAsync"/>, as an operation.</summary>
        public Operation<CommitInfo> StartStop()
        {
            raw.hfhub_scheduler_stop(handle, out OpHandle operation);
            return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
        }

        /// <summary>Lets go of it; unless it was stopped, one last commit is made in the background.</summary>
        /// <remarks>
        /// hfhub_scheduler_free: Lets go of the scheduler; unless it was stopped, one last commit is made in the
        /// background, for which nobody waits. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
