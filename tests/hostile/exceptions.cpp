// What C++ lets out of a function that C calls.
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {
struct Ends {
    ~Ends() noexcept(false) { throw 3; }
};
thread_local std::string kept = "kept";
} // namespace

extern "C" {
int cpp_throws_int(int n) { throw n; }
int cpp_throws_error(int) { throw std::runtime_error("no luck"); }
int cpp_throws_through_noexcept(int n) noexcept { throw n; }
int cpp_rethrows_nothing(int) { throw; }
int cpp_terminates(int) { std::terminate(); }
int cpp_throws_in_a_destructor(int n) { Ends ends; throw n; }
int cpp_outlives_its_thread(int n) { std::thread other([] {}); return n; }
int cpp_runs_out_of_memory(int n) { std::vector<long> v; v.reserve((size_t)1 << 58); return n; }
int cpp_reads_past_a_vector(int n) { std::vector<int> v(1); return v.at(7) + n; }
int cpp_catches(int n) { try { throw n; } catch (int caught) { return caught; } }
int cpp_keeps_for_its_thread(int n) { kept += "x"; return n; }
int good(int n) { return n; }
}
