#include "tests/connectors/files/test_files.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

namespace polder {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  path_ = (fs::temp_directory_path() / "polder_test_XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) std::abort();
  path_ = fs::canonical(path_).string();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::operator/(std::string_view name) const {
  return (fs::path(path_) / name).string();
}

std::string TemporaryFolder::Write(std::string_view name, std::string_view content) const {
  const fs::path path = fs::path(path_) / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  ::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string result(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  result.resize(stream.total_out);
  ::deflateEnd(&stream);
  return result;
}

std::string Zstd(std::string_view text, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string result(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer out{result.data(), result.size(), 0};
  // Without the size beforehand, as a pipe is compressed, so that the window is what was asked for.
  std::size_t left = 0;
  while (in.pos < in.size && !ZSTD_isError(left))
    left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  do {
    left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  } while (left != 0 && !ZSTD_isError(left));
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(left)) std::abort();
  result.resize(out.pos);
  return result;
}

std::string SkippableFrame(std::string_view content) {
  std::string result = "\x53\x2a\x4d\x18";
  for (int shift = 0; shift < 32; shift += 8) result += static_cast<char>(content.size() >> shift);
  return result.append(content);
}

std::string SomeText(std::size_t bytes) {
  std::mt19937 random(20240506);
  std::string text;
  while (text.size() < bytes) {
    text += "line " + std::to_string(random()) + " from " + std::to_string(random() % 1000) + "\n";
  }
  text.resize(bytes);
  return text;
}

}  // namespace polder
