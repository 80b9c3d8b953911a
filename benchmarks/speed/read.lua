-- wrk sends one request over and over; what came of it is printed as one line of JSON, `p50`, `p95` and `p99` in
-- microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "seconds": %.6f, "bytes": %d, "p50": %d, "p95": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
