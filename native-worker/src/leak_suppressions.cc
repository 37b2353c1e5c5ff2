// Compiled into the sanitized programs that load ONNX Runtime. ONNX Runtime's CPU detection allocates 14 bytes once per process and never
// frees them. LeakSanitizer can only be told about the whole library; that requests do not leak its objects is shown
// by resident memory (worker_requests_test.cc, infer_manyTimes_doesNotGrow).

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libonnxruntime.so\n"; }
