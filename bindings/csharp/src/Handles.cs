// One class a handle. The runtime counts the calls that use it, and frees it once, after the last of them, when it was
// disposed or forgotten. No hfhub_*_free ever waits, so finalizers may call them.
using System;
using System.Runtime.InteropServices;

namespace HfHub.Raw
{
    internal abstract class Handle : SafeHandle
    {
        protected Handle() : base(IntPtr.Zero, true) { }
        public override bool IsInvalid => handle == IntPtr.Zero;
    }

    internal sealed class SessionHandle : Handle
    {
        // The key of the session's log hook, 0 for none.
        internal ulong LogHook;

        protected override bool ReleaseHandle()
        {
            raw.hfhub_session_free(handle);
            if (LogHook != 0) Log.Forget(LogHook);
            return true;
        }
    }

    internal sealed class SessionOptionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_session_options_free(handle);
            return true;
        }
    }

    internal sealed class OpHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_op_free(handle);
            return true;
        }
    }

    internal sealed class QueueHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_queue_free(handle);
            return true;
        }
    }

    internal sealed class JsonHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_json_free(handle);
            return true;
        }
    }

    internal sealed class DownloadOptionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_download_options_free(handle);
            return true;
        }
    }

    internal sealed class RepoOptionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_repo_options_free(handle);
            return true;
        }
    }

    internal sealed class DeviceLoginHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_device_login_free(handle);
            return true;
        }
    }

    internal sealed class CommitOptionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_commit_options_free(handle);
            return true;
        }
    }

    internal sealed class CommitHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_commit_free(handle);
            return true;
        }
    }

    internal sealed class CommitWriterHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_commit_writer_free(handle);
            return true;
        }
    }

    internal sealed class SchedulerHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_scheduler_free(handle);
            return true;
        }
    }

    internal sealed class XetOptionsHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_xet_options_free(handle);
            return true;
        }
    }

    internal sealed class XetCommitHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_xet_commit_free(handle);
            return true;
        }
    }

    internal sealed class XetWriterHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_xet_writer_free(handle);
            return true;
        }
    }

    internal sealed class XetGroupHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_xet_group_free(handle);
            return true;
        }
    }

    internal sealed class XetStreamHandle : Handle
    {
        protected override bool ReleaseHandle()
        {
            raw.hfhub_xet_stream_free(handle);
            return true;
        }
    }
}
