// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and addresses as our own words and as the C library read them.
#include <gtest/gtest.h>

#include <climits>

#include "base/numbers.h"
#include "control/words/addresses.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

using Fault = LibcNumber::Fault;

TEST(Numbers, AreAllOfTheText) {
  EXPECT_EQ(base::number<unsigned>("4000"), 4000u);
  EXPECT_EQ(base::number<int>("-7"), -7);
  EXPECT_EQ(base::number<double>("1.5"), 1.5);
  EXPECT_EQ(base::number<std::uint8_t>("ff", 16), 255);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "1x", "4294967296"})
    EXPECT_FALSE(base::number<std::uint32_t>(text)) << text;
  EXPECT_EQ(base::number_up_to(std::string_view("65535"), 65535u), 65535u);
  EXPECT_FALSE(base::number_up_to(std::string_view("65536"), 65535u));
}

TEST(Numbers, AreTakenOffTheFront) {
  std::string_view text = "12..14";
  EXPECT_EQ(base::take_number<unsigned>(text), 12u);
  EXPECT_EQ(text, "..14");
  EXPECT_FALSE(base::take_number<unsigned>(text));
  EXPECT_EQ(text, "..14");
}

TEST(Numbers, InTheNotationOfC) {
  EXPECT_EQ(base::c_number("0x1F"), 31u);
  EXPECT_EQ(base::c_number("017"), 15u);
  EXPECT_EQ(base::c_number("0"), 0u);
  for (const char* text : {"", "0x", "08", "0xg", "-1", "18446744073709551616"})
    EXPECT_FALSE(base::c_number(text)) << text;
  EXPECT_FALSE(base::c_number("256", 255));
}

TEST(LibcNumbers, StrtolOfAllOfTheText) {
  EXPECT_EQ(strtol_of(" +0x10", 0).value, 16);
  EXPECT_EQ(strtol_of("010", 10).value, 10);
  for (const char* text : {"", "-", "1k", "1 "}) EXPECT_EQ(strtol_of(text, 0).fault, Fault::no_number) << text;
  EXPECT_EQ(strtol_of("9223372036854775808", 0).fault, Fault::out_of_range);
  EXPECT_EQ(strtol_between("65535", 0, 65535, 10), 65535);
  EXPECT_FALSE(strtol_between("65536", 0, 65535, 10));
  EXPECT_FALSE(strtol_between("-1", 0, LONG_MAX, 10));
}

TEST(LibcNumbers, LeaveOrCutWhatTheFunctionsDo) {
  EXPECT_EQ(strtoull_of("12abc"), 12u);
  EXPECT_EQ(strtoull_of("99999999999999999999"), ULLONG_MAX);
  EXPECT_EQ(atoi_of("80/tcp"), 80);
  EXPECT_EQ(atoi_of("http"), 0);
  std::string text = "1.5m";
  EXPECT_EQ(take_strtod(text), 1.5);
  EXPECT_EQ(text, "m");
  EXPECT_FALSE(take_strtod(text));
}

TEST(LibcNumbers, StrtonumSaysWhy) {
  EXPECT_EQ(strtonum("+20", 1, 65535).value, 20);
  EXPECT_EQ(strtonum("x", 1, 65535).why, "invalid");
  EXPECT_EQ(strtonum("", 1, 65535).why, "invalid");
  EXPECT_EQ(strtonum("0", 1, 65535).why, "too small");
  EXPECT_EQ(strtonum("-99999999999999999999", 1, 65535).why, "too small");
  EXPECT_EQ(strtonum("65536", 1, 65535).why, "too large");
  EXPECT_EQ(strtonum("99999999999999999999", 1, 65535).why, "too large");
}

TEST(Addresses, OfIproute2) {
  EXPECT_EQ(iproute_address("10.1")->text(), "10.1.0.0");
  EXPECT_EQ(iproute_address("0x0a.012.1.2")->text(), "10.10.1.2");
  EXPECT_FALSE(iproute_address("10.1.2.3.4"));
  EXPECT_FALSE(iproute_address("256.0.0.1"));
  bool given = true;
  EXPECT_EQ(iproute_prefix("default", &given)->text(), "0.0.0.0/0");
  EXPECT_FALSE(given);
  EXPECT_EQ(iproute_prefix("10.1/16", &given)->text(), "10.1.0.0/16");
  EXPECT_TRUE(given);
  EXPECT_EQ(iproute_prefix("10.0.0.0/255.255.0.0")->text(), "10.0.0.0/16");
  EXPECT_FALSE(iproute_prefix("10.0.0.0/255.0.255.0"));
}

TEST(Addresses, OfTheCLibrary) {
  EXPECT_EQ(inet_aton_of("10.1")->text(), "10.0.0.1");
  EXPECT_EQ(inet_aton_of("0x7f000001")->text(), "127.0.0.1");
  EXPECT_FALSE(inet_aton_of("10.1.65536.1"));
  EXPECT_EQ(ether_aton_of("2:0:0:a:b:ff")->text(), "02:00:00:0a:0b:ff");
  EXPECT_FALSE(ether_aton_of("2:0:0:a:b"));
  EXPECT_FALSE(ether_aton_of("2:0:0:a:b:fff"));
  EXPECT_EQ(host_address("localhost")->text(), "127.0.0.1");
  EXPECT_FALSE(host_address("director"));
}

}  // namespace
}  // namespace lvs::control
