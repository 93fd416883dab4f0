#include "runtime/cancel.h"

#include <algorithm>
#include <condition_variable>

namespace hfhub::runtime {

struct Cancel::Guard::Hook {
  std::function<void()> wake;
  std::mutex running;  // held while `wake` runs, so that a guard's end waits for it
  bool fired = false;  // guarded by running
  std::weak_ptr<Cancel::Node> node;

  void fire() {
    const std::lock_guard lock(running);
    if (!std::exchange(fired, true)) wake();
  }
};

struct Cancel::Node {
  std::shared_ptr<Node> parent;
  std::atomic<bool> flag{false};
  SteadyTime deadline = SteadyTime::max();
  std::mutex mutex;
  std::vector<std::weak_ptr<Node>> children;        // guarded by mutex; nothing leaves it while firing > 0
  size_t firing = 0;                                // guarded by mutex
  std::vector<std::shared_ptr<Guard::Hook>> hooks;  // guarded by mutex

  bool flagged() const {
    for (const Node* node = this; node != nullptr; node = node->parent.get()) {
      if (node->flag.load(std::memory_order_relaxed)) return true;
    }
    return false;
  }
  bool late() const {
    for (const Node* node = this; node != nullptr; node = node->parent.get()) {
      if (node->deadline != SteadyTime::max() && steady_now() >= node->deadline) return true;
    }
    return false;
  }

  // Fires hooks here and below; hooks run without any node's lock. Allocates nothing: destructors cancel, too.
  void fire() {
    std::vector<std::shared_ptr<Guard::Hook>> to_fire;
    {
      const std::lock_guard lock(mutex);
      to_fire.swap(hooks);
      ++firing;
    }
    for (const auto& hook : to_fire) hook->fire();
    std::unique_lock lock(mutex);
    for (size_t i = 0; i < children.size(); ++i) {
      const auto child = children[i].lock();
      lock.unlock();
      if (child) child->fire();
      lock.lock();
    }
    --firing;
  }
};

Cancel::Cancel() : node_(std::make_shared<Node>()) {}
Cancel::Cancel(std::shared_ptr<Node> node) : node_(std::move(node)) {}

Cancel Cancel::child() const { return child_until(SteadyTime::max()); }

Cancel Cancel::child_until(SteadyTime deadline) const {
  auto node = std::make_shared<Node>();
  node->parent = node_;
  node->deadline = deadline;
  const std::lock_guard lock(node_->mutex);
  if (node_->firing == 0) std::erase_if(node_->children, [](const auto& weak) { return weak.expired(); });
  node_->children.push_back(node);
  return Cancel(std::move(node));
}

void Cancel::request() const {
  node_->flag.store(true);
  node_->fire();
}

void Cancel::request_from_signal() const { node_->flag.store(true); }
bool Cancel::requested() const { return node_->flagged() || node_->late(); }

Done Cancel::check() const {
  if (node_->flagged()) return Error::make(Code::kCancelled, "the operation was cancelled");
  if (node_->late()) return Error::make(Code::kTimeout, "the operation took longer than option op.deadline allows");
  return {};
}

Cancel::Guard Cancel::on_request(std::function<void()> wake) const {
  Guard guard;
  guard.hook_ = std::make_shared<Guard::Hook>();
  guard.hook_->wake = std::move(wake);
  guard.hook_->node = node_;
  {
    const std::lock_guard lock(node_->mutex);
    node_->hooks.push_back(guard.hook_);
  }
  if (requested()) guard.hook_->fire();  // it may have been requested before the hook was there
  return guard;
}

Cancel::Guard& Cancel::Guard::operator=(Guard&& other) noexcept {
  std::swap(hook_, other.hook_);
  return *this;
}

Cancel::Guard::~Guard() {
  if (!hook_) return;
  if (const auto node = hook_->node.lock()) {
    const std::lock_guard lock(node->mutex);
    std::erase(node->hooks, hook_);
  }
  const std::lock_guard lock(hook_->running);
  hook_->fired = true;
}

Done Cancel::sleep_until(SteadyTime deadline) const {
  std::mutex mutex;
  std::condition_variable changed;
  const Guard guard = on_request([&] {
    const std::lock_guard lock(mutex);
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  while (!requested() && steady_now() < deadline) {
    changed.wait_until(lock, std::min(deadline, after_ms(kPollMs)));
  }
  return check();
}

}  // namespace hfhub::runtime
