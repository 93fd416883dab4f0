/* For the parse tree alone, from which generate.py writes the Rust declarations and the Go constants. */
%module hfhub
%include <stdint.i>
%include <hfhub/common.h>
%include <hfhub/error.h>
%include <hfhub/session.h>
%include <hfhub/json.h>
%include <hfhub/op.h>
%include <hfhub/call.h>
%include <hfhub/download.h>
%include <hfhub/cache.h>
%include <hfhub/repo.h>
%include <hfhub/auth.h>
%include <hfhub/lfs.h>
%include <hfhub/commit.h>
%include <hfhub/xet.h>
