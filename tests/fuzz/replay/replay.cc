// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a fuzz target without libFuzzer: every file of the folders given, then inputs made from them. The inputs depend
// on nothing but the corpus and --seed, so a failure comes back; the input that was running is left in crash-input. An
// input that takes a minute is a failure, too; after two minutes no more are made.
//
//   fuzz-NAME [--inputs=N] [--seed=N] [FILE|FOLDER]...
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::chrono::minutes kMaking{2};

const Bytes* running = nullptr;

// Called on the way down: write what is needed to see the failure again, and no more.
extern "C" void keep_input(int signal) {
  if (std::FILE* f = running ? std::fopen("crash-input", "wb") : nullptr) {
    std::fwrite(running->data(), 1, running->size(), f);
    std::fclose(f);
    std::fputs("input left in crash-input\n", stderr);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const Bytes& input) {
  // A copy of the exact size, so that a sanitizer sees a read past its end.
  const Bytes exact(input.begin(), input.end());
  constexpr unsigned kLongest = 60;  // seconds
  running = &exact;
  alarm(kLongest);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  alarm(0);
  running = nullptr;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

// Half of the inputs are a corpus entry with a few bytes changed, cut or repeated, the others noise: parsers have to
// survive both.
Bytes make_input(const std::vector<Bytes>& corpus, std::mt19937_64& rng) {
  Bytes input;
  if (!corpus.empty() && rng() % 4 != 0) {
    input = corpus[rng() % corpus.size()];
  } else {
    input.resize(rng() % 200);
    std::generate(input.begin(), input.end(), [&] { return static_cast<std::uint8_t>(rng()); });
  }
  for (std::uint64_t changes = rng() % 5; changes > 0 && !input.empty(); --changes) {
    const auto at = static_cast<std::ptrdiff_t>(rng() % input.size());
    switch (rng() % 5) {
      case 0: input[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << (rng() % 8)); break;
      case 1: input[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(rng()); break;
      case 2: input.erase(input.begin() + at, input.end()); break;
      case 3: input.erase(input.begin() + at); break;
      default: input.insert(input.begin() + at, static_cast<std::uint8_t>(rng())); break;
    }
  }
  return input;
}

std::uint64_t number(std::string_view option, std::string_view text) {
  char* end = nullptr;
  const std::string copy(text);
  const std::uint64_t n = std::strtoull(copy.c_str(), &end, 10);
  if (copy.empty() || *end != '\0') {
    std::fprintf(stderr, "%.*s takes a number, not '%s'\n", static_cast<int>(option.size()), option.data(),
                 copy.c_str());
    std::exit(2);
  }
  return n;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t inputs = 0;
  std::uint64_t seed = 1;
  std::vector<Bytes> corpus;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg.starts_with("--inputs=")) {
      inputs = number("--inputs", arg.substr(9));
    } else if (arg.starts_with("--seed=")) {
      seed = number("--seed", arg.substr(7));
    } else if (std::filesystem::is_directory(arg)) {
      std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(arg), {});
      std::sort(files.begin(), files.end());  // the order of a folder is not the same everywhere
      for (const auto& file : files) corpus.push_back(read_file(file));
    } else if (std::filesystem::exists(arg)) {
      corpus.push_back(read_file(arg));
    }  // a target without a corpus yet runs on noise
  }
  std::signal(SIGABRT, keep_input);
  std::signal(SIGALRM, keep_input);
  std::signal(SIGSEGV, keep_input);
  for (const Bytes& entry : corpus) run(entry);
  std::mt19937_64 rng(seed);
  std::uint64_t made = 0;
  for (const auto end = std::chrono::steady_clock::now() + kMaking; made < inputs; ++made) {
    if (std::chrono::steady_clock::now() > end) break;
    run(make_input(corpus, rng));
  }
  std::printf("%zu corpus entries and %llu made inputs survived\n", corpus.size(),
              static_cast<unsigned long long>(made));
}
