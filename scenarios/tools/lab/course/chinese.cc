// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/course/chinese.h"

#include <fmt/format.h>

#include <chrono>
#include <variant>

namespace lvs::scenarios {
namespace {

using namespace control;

std::string seconds_of(base::Time time) { return fmt::format("{:g}", std::chrono::duration<double>(time).count()); }

std::string said(const FetchCheck& check, const Lab&) {
  if (!check.can) return fmt::format("{} 取不到 {}", check.client, check.url);
  std::string text = fmt::format("{} 能取得 {}", check.client, check.url);
  if (check.from.empty()) return check.times == 1 ? text : fmt::format("{}，共 {} 次", text, check.times);
  std::string who;
  bool counted = false;
  for (const auto& [server, share] : check.from) {
    if (!who.empty()) who += "、";
    who += server;
    if (share) who += fmt::format(" {} 次", *share);
    counted = counted || share;
  }
  return counted ? fmt::format("{}，共 {} 次，其中 {}", text, check.times, who)
                 : fmt::format("{}，{}应答", text, check.from.size() == 1 ? "由 " + who + " " : who + " 都有");
}

std::string said(const PingCheck& check, const Lab&) {
  return fmt::format(fmt::runtime(check.can ? "{} 能 ping 通 {}" : "{} ping 不通 {}"), check.client,
                     check.address.text());
}

std::string said(const ReplyCheck& check, const Lab&) {
  return fmt::format("{} 给 {} 的应答{} {}", check.url, check.client, check.pass ? "经过" : "不经过", check.host);
}

std::string said(const ArpCheck& check, const Lab&) {
  return fmt::format(fmt::runtime(check.uses ? "除 {} 外，没有主机在 ARP 中以 {} 为发送方"
                                             : "除 {} 外，没有主机应答对 {} 的 ARP 请求"),
                     check.owner, check.address.text());
}

std::string said(const CommandCheck& check, const Lab&) {
  using How = CommandCheck::How;
  const std::string line = fmt::format("在 {} 上执行 `{}`，", check.host, check.command);
  switch (check.how) {
    case How::prints: return line + fmt::format("输出含有 “{}”", check.text);
    case How::lacks: return line + fmt::format("输出不含 “{}”", check.text);
    case How::prints_nothing: return line + "没有输出";
    case How::lines: return line + "输出是指定的各行，次序不限";
    case How::text: return line + "输出与指定的各行完全相同";
    case How::succeeds: return line + "成功";
    case How::fails: return line + "失败";
  }
  return line;
}

std::string happens(const LabEvent& event, const Lab& lab) {
  const std::string when = fmt::format("，其间第 {} 秒 {} ", seconds_of(event.at), lab.hosts[event.host].name);
  if (const auto* command = std::get_if<LabCommand>(&event.what)) return when + "执行 `" + command->text + "`";
  if (const auto* cable = std::get_if<LabCable>(&event.what))
    return when + fmt::format("的 eth{} 被拔线", cable->interface);
  return when + "断电";
}

std::string said(const FailCheck& check, const Lab& lab) {
  return fmt::format("{} 对 {} 的 {} 个请求至多失败 {} 个", check.client, check.url, check.requests, check.most) +
         (check.event ? happens(*check.event, lab) : std::string());
}

std::string said(const DiagnosisCheck& check, const Lab&) {
  return check.rule.empty() ? "lvs-lab check 没有发现问题" : fmt::format("lvs-lab check 没有发现 {}", check.rule);
}

}  // namespace

std::string in_chinese(const Check& check, const Lab& lab) {
  const std::string when = check.at ? fmt::format("第 {} 秒时，", seconds_of(*check.at)) : std::string();
  return when + std::visit([&](const auto& what) { return said(what, lab); }, check.what);
}

}  // namespace lvs::scenarios
