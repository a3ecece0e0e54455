// SPDX-License-Identifier: GPL-2.0-or-later
// An open trace and the moment that is looked at. Panels show it; keys and clicks move it.
#pragma once

#include <QObject>
#include <QString>
#include <list>
#include <memory>
#include <unordered_map>

#include "models/session/relays.h"
#include "models/walk/filter.h"
#include "models/walk/journal.h"
#include "models/walk/story.h"
#include "models/walk/walk.h"
#include "trace/file/carried.h"

namespace lvs::view {

// A place in a trace: packet and stage, both from 0.
struct Moment {
  std::uint32_t walk = 0;
  int step = 0;
  bool operator==(const Moment&) const = default;
};

class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  // False: error() says why; nothing is open then.
  bool open(const QString& path);
  // Takes in what has been written meanwhile; true if there is more to show.
  bool update();

  const QString& path() const { return path_; }
  // Not empty: what is wrong with the file. There may be packets all the same.
  const QString& error() const { return error_; }
  QString notice() const;
  bool empty() const { return index_->walks().empty(); }

  trace::TraceIndex& index() { return *index_; }
  const trace::TraceIndex& index() const { return *index_; }
  const trace::RunInfo& info() const { return index_->info(); }
  QString hostName(trace::HostId host) const;
  const Journal& journal() const { return journal_; }
  // The lab that the trace is of, and what check has found in it.
  const trace::Carried& carried() const { return carried_; }
  // Since the timeline's zero.
  base::Time timeOf(const Step& step) const { return step.data.at - index_->zero(); }

  // --- what is shown -------------------------------------------------------------------------------------------------
  std::size_t rows() const { return filter_.empty() ? index_->walks().size() : filtered_.size(); }
  std::uint32_t walkAt(std::size_t row) const {
    return filter_.empty() ? static_cast<std::uint32_t>(row) : filtered_[row];
  }
  // -1: the walk is filtered out.
  int rowOf(std::uint32_t walk) const;
  bool filtered() const { return !filter_.empty(); }
  const QString& filterText() const { return filterText_; }
  // False: `error` says what is wrong with the text, or that nothing fits; the filter stays as it was.
  bool setFilter(const QString& text, QString& error);

  // --- the moment ----------------------------------------------------------------------------------------------------
  Moment moment() const { return moment_; }
  const Walk& walk() { return walk(moment_.walk); }
  const Walk& walk(std::uint32_t number);
  // nullptr: nothing is open, or the trace is empty.
  const Step* step();
  // The host whose hooks and tables are shown: the packet's, or the one that was clicked.
  trace::HostId host();
  void selectHost(trace::HostId host);
  bool hostPinned() const { return pinned_; }
  // While a question about it is open, panels do not show what comes.
  bool veiled() const { return veiled_; }
  void setVeiled(bool veiled);

  // Told in beats: stages between them are folded away.
  bool story() const { return story_; }
  void setStory(bool on);
  const std::vector<Beat>& beats();  // of the walk that is looked at
  // The beat of the moment; -1: there is none.
  int beat() { return beatAt(beats(), moment_.step); }
  // The moment's beat among all of its story, from 1, and how many there are: the packets of a request that a proxy
  // passes on are one story.
  struct Place {
    int beat = 0, all = 0;
  };
  Place placeInStory();
  // What a packet does for a request that a proxy passes on; nullptr: it is none of its packets.
  const RelayPart* relayPart(std::uint32_t walk);

  void go(Moment moment);
  void nextStage(int direction);
  void nextPacket(int direction);
  void nextHost();
  // False: there is none further on.
  bool nextRewrite();
  bool nextDrop();
  bool nextMatch(const trace::Filter& what);
  // How many stages of the shown packets fit, and how many of them come up to this moment.
  struct Matches {
    std::size_t all = 0, passed = 0;
  };
  Matches matches(const trace::Filter& what) const;
  void toStart();
  void toEnd();
  void toNewest();
  // Shows this packet's connection only, or everything again.
  bool followConnection();
  bool following() const { return following_; }

 Q_SIGNALS:
  void opened();       // another trace
  void rowsChanged();  // other packets are shown, or more
  void momentChanged();

 private:
  void nextBeat(int direction);
  int rowAfter(int direction);
  template <class Wanted>
  bool nextRecord(Wanted wanted);
  void show(Moment moment);

  QString path_, error_;
  std::unique_ptr<trace::TraceIndex> index_;
  Journal journal_;
  trace::Carried carried_;
  Relays relays_;
  trace::Filter filter_;
  QString filterText_;
  std::vector<std::uint32_t> filtered_;
  Moment moment_;
  bool pinned_ = false, following_ = false, veiled_ = false, story_ = true;
  QString filterBefore_;
  trace::HostId pinnedHost_ = 0;
  struct Cached {
    Walk walk;
    std::vector<Beat> beats;
    std::uint32_t records = 0;  // that it had when it was read
  };
  std::list<Cached> cache_;  // newest first
  std::unordered_map<std::uint32_t, std::list<Cached>::iterator> cached_;
};

}  // namespace lvs::view
