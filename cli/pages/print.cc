#include "cli/pages/print.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/pages/summary.h"
#include "cli/print/shown.h"
#include "core/base/timestamp.h"

namespace dragoman::pages {
namespace {

using cli::Ago;
using cli::Padded;
using cli::Shown;
using cli::Until;
using cli::Width;

constexpr std::size_t kColumns = 7;
constexpr std::size_t kColumnWidthMax = 44;  // a wider one pushes its own line to the right
using Cells = std::array<std::string, kColumns>;

std::string LongAgo(const Time& then, WallTime now) { return then ? Ago(*then, now) : "-"; }

Cells CellsOf(const Subscription& one, WallTime now) {
  const std::string shows = Summary(one.resources);
  return {Shown(one.watcher),
          Shown(one.presentity),
          Shown(one.state),
          std::to_string(one.dialogs.size()),
          shows.empty() ? "-" : shows,
          LongAgo(one.heard, now),
          one.next ? Until(*one.next, now) : "-"};
}

std::string Line(const std::string& name, const std::string& text) {
  return "  " + Padded(name, 12) + text + "\n";
}

std::string Words(const Dialog& dialog, WallTime now) {
  std::string text = dialog.edge.empty() ? "with no Edge yet" : "with " + Shown(dialog.edge);
  if (!dialog.established) text += ", not established";
  if (dialog.poll) text += ", asked once";
  if (dialog.expires) {
    text += *dialog.expires <= now ? ", ran out " + Ago(*dialog.expires, now)
                                   : ", runs out " + Until(*dialog.expires, now);
  }
  if (!dialog.format.empty()) text += ", " + Shown(dialog.format);
  return text + "; Call-ID " + Shown(dialog.call_id) + ", CSeq " +
         std::to_string(dialog.local_cseq) + " of ours, " + std::to_string(dialog.remote_cseq) +
         " of theirs";
}

std::string Words(const Resource& resource) {
  std::string text = resource.name.empty() ? "" : Shown(resource.name) + ": ";
  text += Word(resource.show) + ", priority " + std::to_string(resource.priority);
  if (resource.since) text += ", since " + PrintTimestamp(*resource.since);
  if (!resource.note.empty()) text += ", \"" + Shown(resource.note) + "\"";
  return text;
}

std::string PrintOne(const std::optional<Subscription>& one, const std::string& watcher,
                     const std::string& presentity, WallTime now) {
  const std::string head = Shown(watcher) + " watches " + Shown(presentity);
  if (!one) return head + ": no record\n";
  std::string text = head + "\n";
  text += Line("state", Shown(one->state) + ", the watcher on the " +
                            (one->watcher_side == "sip" ? "SIP" : "XMPP") + " side; version " +
                            std::to_string(one->version));
  for (const Dialog& dialog : one->dialogs) text += Line("dialog", Words(dialog, now));
  for (const Resource& resource : one->resources) text += Line("shows", Words(resource));
  if (one->resources.empty()) text += Line("shows", "nothing: offline, or not known");
  std::string heard = LongAgo(one->heard, now);
  if (one->valid_until) heard += ", counts until " + PrintTimestamp(*one->valid_until);
  text += Line("heard", heard);
  text += Line("asked", LongAgo(one->asked, now));
  text += Line("next look", one->next ? Until(*one->next, now) : "-");
  return text + Line("failures", std::to_string(one->failures) + " in a row");
}

std::string Of(std::uint32_t number, std::uint32_t max) {
  return std::to_string(number) + (max == 0 ? ", no limit" : " of " + std::to_string(max));
}

std::string PrintRoom(const Room& room, const std::string& watcher) {
  return "\nlimits\n" +
         Line("watches", Shown(watcher) + " has " + Of(room.watches, room.watches_max)) +
         Line("pending", Of(room.pending, room.pending_max)) +
         Line("partner", "its users have " + Of(room.partner_watches, room.partner_watches_max));
}

}  // namespace

std::string PrintTable(const Subscriptions& list, WallTime now) {
  std::vector<Cells> rows = {
      {"watcher", "presentity", "state", "dialogs", "shows", "heard", "next look"}};
  for (const Subscription& one : list.subscriptions) rows.push_back(CellsOf(one, now));
  std::array<std::size_t, kColumns> widths{};
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < kColumns; ++i)
      widths[i] = std::max(widths[i], std::min(Width(cells[i]), kColumnWidthMax));
  }
  std::string text;
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i + 1 < kColumns; ++i) text += Padded(cells[i], widths[i]) + "  ";
    text += cells.back() + "\n";
  }
  if (list.more) {
    text += "There are more: a higher --limit, or --watcher, --presentity, --partner, --state.\n";
  }
  return text;
}

std::string PrintBoth(const Path& path, const std::string& from, const std::string& to,
                      WallTime now) {
  std::string text = PrintOne(path.sees, from, to, now) + "\n" +
                     PrintOne(path.is_seen_by, to, from, now) + "\nconversation\n";
  std::string session = path.session.empty() ? "none" : Shown(path.session);
  if (!path.session_edge.empty()) session += ", with " + Shown(path.session_edge);
  text += Line("session", session) +
          Line("messages", path.last_message ? "last one " + Ago(*path.last_message, now) : "-");
  return path.room ? text + PrintRoom(*path.room, from) : text;
}

}  // namespace dragoman::pages
