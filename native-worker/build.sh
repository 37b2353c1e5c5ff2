#!/bin/sh
# Builds the worker with CMake, and its tests. Maven calls it; it works by hand too.
#
#   build.sh worker   builds it (Release) into target/dist/bin/mainstay-worker
#                     and, where nvcc is found, the CUDA plug-in into target/dist/lib/libmainstay-cuda.so
#   build.sh test     also builds the tests, plain and with AddressSanitizer + UBSan, and runs both
#
# Environment: MAINSTAY_VERSION, the version the worker says it has. JOBS, parallel compilers (default: all cores).
# NVCC, CUDA's compiler (default: nvcc in PATH, then in /usr/local/cuda/bin); "none" leaves the plug-in out.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$here/target
version=${MAINSTAY_VERSION:-dev}
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}

fail() {
  echo "native-worker: $1" >&2
  exit 1
}

for tool in cmake make g++; do
  command -v "$tool" >/dev/null 2>&1 || fail "$tool is not installed; install it with: apt-get install g++ cmake make"
done
codecs=$here/../worker-protocol/target/generated-cpp
[ -d "$codecs/mainstay_wire" ] || fail "no codecs in $codecs; run Maven from the root: mvn -pl native-worker -am -DskipTests package"

nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
if [ ! -x "$nvcc" ]; then
  nvcc=
  [ "${1:-}" != worker ] || echo "native-worker: no nvcc in PATH or /usr/local/cuda/bin, so the CUDA plug-in is left out"
fi

# Renamed into place: a worker that is running keeps its files.
install_file() {
  cmp -s "$1" "$2" && return
  cp "$1" "$2.new"
  mv "$2.new" "$2"
}

# build DIRECTORY OPTIONS...: CMake is asked again only when something it read has changed, so a second build is quick.
build() {
  directory=$1
  shift
  mkdir -p "$directory"
  asked="$version $*"
  if [ "$(cat "$directory/asked" 2>/dev/null)" != "$asked" ]; then
    cmake -S "$here" -B "$directory" -G "Unix Makefiles" -DMAINSTAY_VERSION="$version" "$@" >"$directory/configure.log" 2>&1 ||
      { cat "$directory/configure.log" >&2; fail "cmake failed, see above"; }
    echo "$asked" >"$directory/asked"
  fi
  make -C "$directory" -j"$jobs" --no-print-directory >"$directory/make.log" 2>&1 ||
    { cat "$directory/make.log" >&2; fail "the compiler failed, see above"; }
}

case "${1:-}" in
  worker)
    build "$target/release" -DMAINSTAY_TESTS=OFF -DMAINSTAY_NVCC="$nvcc"
    mkdir -p "$target/dist/bin" "$target/dist/lib"
    install_file "$target/release/mainstay-worker" "$target/dist/bin/mainstay-worker"
    if [ -n "$nvcc" ]; then
      install_file "$target/release/libmainstay-cuda.so" "$target/dist/lib/libmainstay-cuda.so"
    else
      rm -f "$target/dist/lib/libmainstay-cuda.so"
    fi
    ;;
  test)
    build "$target/release" -DMAINSTAY_TESTS=ON -DMAINSTAY_NVCC="$nvcc"
    build "$target/sanitize" -DMAINSTAY_TESTS=ON -DMAINSTAY_SANITIZE=ON
    (cd "$target/release" && ctest --output-on-failure -j"$jobs")
    (cd "$target/sanitize" && ctest --output-on-failure -j"$jobs")
    ;;
  *)
    fail "usage: build.sh worker|test"
    ;;
esac
