// SPDX-License-Identifier: GPL-2.0-or-later
// Network namespaces, programs in them, and lvs-emu beside them. Everything that a test makes goes with the test.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace lvs::emu_test {

// Why namespaces and TAPs cannot be had here; empty: they can. A machine that has them must pass the tests.
std::string why_not();

// A network namespace of its own name, with lo up; deleted with the object.
class Namespace {
 public:
  explicit Namespace(const std::string& purpose);
  ~Namespace();
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const { return name_; }
  // Runs a shell line there; its output, and a test failure if its status is not 0.
  std::string run(const std::string& line) const;
  // The same; the status is the caller's affair.
  std::string output(const std::string& line, int* status = nullptr) const;
  // The program that runs a shell line there.
  std::vector<std::string> within(const std::string& line) const;

 private:
  std::string name_;
};

// A program that runs until the object goes. Its output is in a file.
class Program {
 public:
  explicit Program(const std::vector<std::string>& argv);
  // In a namespace, by a shell.
  Program(const Namespace& where, const std::string& line);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  std::string log() const;  // what it has printed so far
  // Waits until it has printed `text`; false when it has ended or five seconds (or `seconds`) are over.
  bool wait_for(const std::string& text, int seconds = 5) const;
  // Sends a signal and waits for the end; its $?.
  int stop(int signal);
  // Waits for the end; its $?, or -1 when it goes on after `seconds`.
  int wait(int seconds);

 private:
  void start(const std::vector<std::string>& argv);
  std::string file_;
  pid_t pid_ = -1;
};

// lvs-emu at work; the constructor has waited until it runs.
class Emulator : public Program {
 public:
  explicit Emulator(const std::vector<std::string>& arguments);
};

// The folder of the labs of docs/emulation.md.
std::string lab(const std::string& name);
// A file of the test's own.
std::string temporary(const std::string& name);

}  // namespace lvs::emu_test
