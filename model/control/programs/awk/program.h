// SPDX-License-Identifier: GPL-2.0-or-later
// An awk program as a value: rules of statements and expressions. Names of variables and arrays are numbers of slots.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/regex.h"

namespace lvs::control::awk {

// Variables that mean something of their own have the first slots, in this order.
enum class Special : std::uint8_t { NR, NF, FNR, FS, OFS, ORS, RS, SUBSEP, FILENAME, CONVFMT, OFMT, RSTART, RLENGTH };
inline constexpr std::string_view kSpecialNames[] = {"NR",     "NF",       "FNR",     "FS",   "OFS",    "ORS",    "RS",
                                                     "SUBSEP", "FILENAME", "CONVFMT", "OFMT", "RSTART", "RLENGTH"};

enum class Function : std::uint8_t {
  length,
  substr,
  index,
  split,
  sub,
  gsub,
  match,
  sprintf,
  tolower,
  toupper,
  integer,
  sqrt,
  exp,
  log,
  sin,
  cos,
  atan2,
  systime
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  enum class Kind : std::uint8_t {
    number,
    text,
    regex,        // alone: does $0 match?
    variable,     // slot
    field,        // $kids[0]
    element,      // array slot, kids: the index
    group,        // kids[0] in parentheses
    assign,       // kids[0] = kids[1]; op: = + - * / % ^
    conditional,  // kids[0] ? kids[1] : kids[2]
    either,
    both,
    in,       // kids (an index) in array slot
    match,    // kids[0] ~ kids[1]; op: ~ !
    compare,  // op: < l(<=) = !(!=) > g(>=)
    concat,
    arithmetic,  // op: + - * / % ^
    sign,        // op: + - !
    step,        // op: i ++x, d --x, I x++, D x--
    call
  };
  Kind kind = Kind::number;
  char op = 0;
  Function function = Function::length;
  bool bare = false;  // a call without parentheses
  int slot = 0;
  unsigned depth = 1;  // of what is below
  double number = 0;
  std::string text;
  std::optional<Regex> regex;
  std::vector<NodePtr> kids;
};

struct Statement;
using Block = std::vector<Statement>;

struct Statement {
  enum class Kind : std::uint8_t {
    expression,
    print,
    printf,
    branch,   // if: condition, body, otherwise
    loop,     // while and for: first, condition, step, body
    do_loop,  // body, condition
    each,     // for (slot in array) body
    next,
    exit,   // condition: the status
    stop,   // break
    again,  // continue
    erase,  // delete: array slot, kids the index; none: all
    block
  };
  enum class Target : std::uint8_t { standard, file, append };
  Kind kind = Kind::expression;
  Target target = Target::standard;  // of print
  int slot = 0, array = 0;
  std::vector<NodePtr> kids;  // of print, of erase; else the one expression
  NodePtr condition, step, file;
  std::vector<Statement> first, body, otherwise;
};

struct Rule {
  enum class When : std::uint8_t { begin, line, range, end };
  When when = When::line;
  NodePtr pattern, last;  // last: of a range
  bool bare = false;      // no action: the line is printed
  Block action;
};

struct Program {
  std::vector<Rule> rules;
  std::vector<std::string> variables;  // names by slot
  std::vector<std::string> arrays;

  // The slot of a variable, made where there is none.
  int variable(const std::string& name);
  static bool is_special(const std::string& name);
  bool reads() const;  // it looks at its input
};

}  // namespace lvs::control::awk
