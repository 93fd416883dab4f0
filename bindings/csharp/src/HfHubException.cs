using System;
using System.IO;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Why a call failed. Numbers are permanent; a newer library may give one that is not named
    /// here.</summary>
    public enum Status
    {
        /// <summary>It did not fail.</summary>
        Ok = raw.HFHUB_OK,
        /// <summary>Nothing more will come.</summary>
        End = raw.HFHUB_END,
        /// <summary>Not yet.</summary>
        Pending = raw.HFHUB_PENDING,
        /// <summary>A value was refused before anything happened; the message names it.</summary>
        Argument = raw.HFHUB_E_ARGUMENT,
        /// <summary>Memory, threads or descriptors ran out.</summary>
        NoMemory = raw.HFHUB_E_NO_MEMORY,
        /// <summary>Cancelled. Seen only inside an <see cref="OperationCanceledException"/>.</summary>
        Cancelled = raw.HFHUB_E_CANCELLED,
        /// <summary>The object is not in a state that allows this call.</summary>
        State = raw.HFHUB_E_STATE,
        /// <summary>An operation of the parent process, asked in a forked child.</summary>
        Forked = raw.HFHUB_E_FORKED,
        /// <summary>Not available here, e.g. libcurl is not installed.</summary>
        Unsupported = raw.HFHUB_E_UNSUPPORTED,
        /// <summary>The disk or the operating system refused.</summary>
        Io = raw.HFHUB_E_IO,
        /// <summary>Not enough space; what was fetched stays for a later call.</summary>
        DiskFull = raw.HFHUB_E_DISK_FULL,
        /// <summary>The cache folder is missing or not usable.</summary>
        Cache = raw.HFHUB_E_CACHE,
        /// <summary>Not on disk, and the Hub could not be asked.</summary>
        NotCached = raw.HFHUB_E_NOT_CACHED,
        /// <summary>A cached snapshot lacks files, and the Hub could not be asked.</summary>
        Incomplete = raw.HFHUB_E_INCOMPLETE,
        /// <summary>No connection, or it broke.</summary>
        Network = raw.HFHUB_E_NETWORK,
        /// <summary>A deadline passed or a transfer stalled.</summary>
        Timeout = raw.HFHUB_E_TIMEOUT,
        /// <summary>Offline mode is on.</summary>
        Offline = raw.HFHUB_E_OFFLINE,
        /// <summary>The server's certificate was not accepted.</summary>
        Tls = raw.HFHUB_E_TLS,
        /// <summary>Any other refusal by the server; see <see cref="HfHubException.HttpStatus"/>.</summary>
        Http = raw.HFHUB_E_HTTP,
        /// <summary>No valid token.</summary>
        Auth = raw.HFHUB_E_AUTH,
        /// <summary>No such repository, or it is private and not yours.</summary>
        RepoNotFound = raw.HFHUB_E_REPO_NOT_FOUND,
        /// <summary>No such branch, tag or commit.</summary>
        RevisionNotFound = raw.HFHUB_E_REVISION_NOT_FOUND,
        /// <summary>No such file.</summary>
        EntryNotFound = raw.HFHUB_E_ENTRY_NOT_FOUND,
        /// <summary>Access must be requested on the repository's page.</summary>
        Gated = raw.HFHUB_E_GATED,
        /// <summary>The token does not allow this.</summary>
        Forbidden = raw.HFHUB_E_FORBIDDEN,
        /// <summary>Too many requests; see <see cref="HfHubException.RetryAfter"/>.</summary>
        RateLimited = raw.HFHUB_E_RATE_LIMITED,
        /// <summary>The Hub has disabled the repository.</summary>
        Disabled = raw.HFHUB_E_DISABLED,
        /// <summary>Somebody else changed it meanwhile.</summary>
        Conflict = raw.HFHUB_E_CONFLICT,
        /// <summary>Bytes differ from what the Hub promised; they were not made visible.</summary>
        Integrity = raw.HFHUB_E_INTEGRITY,
        /// <summary>A file name from the server would be dangerous on this disk.</summary>
        UnsafeName = raw.HFHUB_E_UNSAFE_NAME,
        /// <summary>The server's answer makes no sense.</summary>
        Protocol = raw.HFHUB_E_PROTOCOL,
        /// <summary>A bug in the library.</summary>
        Internal = raw.HFHUB_E_INTERNAL
    }

    /// <summary>
    /// Thrown by everything here that can fail, with all that is known. A cancelled operation throws an
    /// <see cref="OperationCanceledException"/> instead, whose InnerException is one of these. What is asked for and
    /// not there is a <see cref="HfHubNotFoundException"/>.
    /// </summary>
    public class HfHubException : IOException
    {
        internal HfHubException(Status status, IntPtr error)
            : base(error != IntPtr.Zero ? raw.hfhub_error_get_message(error) : raw.hfhub_status_name((int)status))
        {
            Status = status;
            HttpStatus = raw.hfhub_error_get_http_status(error);
            HubCode = raw.hfhub_error_get_hub_code(error);
            RequestId = raw.hfhub_error_get_request_id(error);
            ServerMessage = raw.hfhub_error_get_server_message(error);
            Url = raw.hfhub_error_get_url(error);
            RepoType = raw.hfhub_error_get_repo_type(error);
            RepoId = raw.hfhub_error_get_repo_id(error);
            Path = raw.hfhub_error_get_path(error);
            RetryAfterMs = raw.hfhub_error_get_retry_after_ms(error);
            IsRetriable = raw.hfhub_error_is_retriable(error) != 0;
        }

        // The exception of this thread's call that has just failed with `code`.
        internal static Exception Take(int code)
        {
            IntPtr error = Glue.hfhub_cs_take_error();
            try
            {
                int own = raw.hfhub_error_get_status(error);
                var status = (Status)(own != 0 ? own : code);
                switch (status)
                {
                    case Status.Cancelled:
                        var inner = new HfHubException(status, error);
                        return new OperationCanceledException(inner.Message, inner);
                    case Status.RepoNotFound:
                    case Status.RevisionNotFound:
                    case Status.EntryNotFound:
                    case Status.NotCached:
                        return new HfHubNotFoundException(status, error);
                    default:
                        return new HfHubException(status, error);
                }
            }
            finally { raw.hfhub_error_free(error); }
        }

        /// <summary>What kind of failure it is.</summary>
        /// <remarks>
        /// hfhub_error_get_status: The status that came with the error. HFHUB_OK for NULL. Since 0.1.
        ///
        /// </remarks>
        public Status Status { get; }

        /// <summary>The status as C names it, e.g. HFHUB_E_CONFLICT.</summary>
        /// <remarks>
        /// hfhub_status_name: The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this
        /// version does not know. Static storage. Since 0.1.
        ///
        /// </remarks>
        public string StatusName => raw.hfhub_status_name((int)Status);

        /// <summary>What was wrong, in one line.</summary>
        /// <remarks>
        /// hfhub_error_get_message: One line that names what was wrong and with which value; never a secret. "" for
        /// NULL. Since 0.1.
        ///
        /// </remarks>
        public override string Message => base.Message;

        /// <summary>The HTTP status code of the answer, 0 without one.</summary>
        /// <remarks>
        /// hfhub_error_get_http_status: The HTTP status code of the answer, 0 when there was none. Since 0.1.
        ///
        /// </remarks>
        public int HttpStatus { get; }

        /// <summary>The Hub's own code for it, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_hub_code: The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1.
        ///
        /// </remarks>
        public string HubCode { get; }

        /// <summary>The server's id of the request, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_request_id: The id under which the server logged the request; "" when there was none. Since
        /// 0.1.
        ///
        /// </remarks>
        public string RequestId { get; }

        /// <summary>What the server said, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_server_message: What the server said, one message a line; "" when it said nothing. Since
        /// 0.1.
        ///
        /// </remarks>
        public string ServerMessage { get; }

        /// <summary>The URL that was asked, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_url: The URL without its query; "" when no request was involved. Since 0.1.
        ///
        /// </remarks>
        public string Url { get; }

        /// <summary>The type of the repository concerned, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_repo_type: The repository's type ("model", "dataset", "space", "kernel") when the error is
        /// about one; else "". Since 0.1.
        ///
        /// </remarks>
        public string RepoType { get; }

        /// <summary>The repository concerned, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_repo_id: The repository's id when the error is about one; else "". Since 0.1.
        ///
        /// </remarks>
        public string RepoId { get; }

        /// <summary>The local file or folder concerned, or "".</summary>
        /// <remarks>
        /// hfhub_error_get_path: The local file or folder concerned, e.g. the incomplete snapshot of
        /// HFHUB_E_INCOMPLETE; else "". Since 0.1.
        ///
        /// </remarks>
        public string Path { get; }

        /// <summary>How long the server asked to wait, in milliseconds; -1 when it did not say.</summary>
        /// <remarks>
        /// hfhub_error_get_retry_after_ms: Milliseconds the server asked to wait, -1 when it did not say. Since 0.1.
        ///
        /// </remarks>
        public long RetryAfterMs { get; }

        /// <summary>How long the server asked to wait; null when it did not say.</summary>
        public TimeSpan? RetryAfter =>
            RetryAfterMs < 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(RetryAfterMs);

        /// <summary>Whether the same call may well succeed later.</summary>
        /// <remarks>
        /// hfhub_error_is_retriable: 1 when the same call may well succeed later without a change, else 0. Since 0.1.
        ///
        /// </remarks>
        public bool IsRetriable { get; }

        /// <summary>Whether a token is missing, is not valid or does not suffice.</summary>
        public bool IsAccessDenied =>
            Status == Status.Auth || Status == Status.Forbidden || Status == Status.Gated;
    }

    /// <summary>No such repository, revision or file; or, without a network, it is not on disk.</summary>
    public sealed class HfHubNotFoundException : HfHubException
    {
        internal HfHubNotFoundException(Status status, IntPtr error) : base(status, error) { }
    }
}
