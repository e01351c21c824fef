/* What callbacks were invoked along a call, a handle or all calls, and what their `order` says of the next one.
 *
 * An account has what `checks/evidence/callback_order.py` works out of all calls when they are over. What must have come
 * before is missed only where every call since could have invoked it: callbacks that take each other's place are a group,
 * and of each it is known when a call was last made without one of them. */
#ifndef ABIDANCE_ORDERS_H
#define ABIDANCE_ORDERS_H

enum { ABIDANCE_ACCOUNTS = 64, ABIDANCE_MOST_BEGUN = 64 };
#define ABIDANCE_UNMADE UINT_MAX /* a handle that the call which gives a callback makes */

typedef struct { unsigned char of, group; } abidance_named;

/* The order of a callback, if it has one. Groups count from 1: 0 is none. `ended` is the group of those that end what it
 * begins, `by` the states of the handle in which all is ended. `own` is an order among those of one call. */
typedef struct {
    const char *name;
    unsigned char ordered, scope, own, same, within, ends, follows, ended;
    unsigned char after_count, before_count, outside_count, follows_count;
    const abidance_named *after, *before, *outside, *followed;
    uint64_t by;
} abidance_rule;

typedef struct { unsigned char kind, own; } abidance_scope;
enum { ABIDANCE_ALONG_CALL, ABIDANCE_ALONG_ALL, ABIDANCE_ALONG_HANDLE };

static const abidance_rule abidance_rules[ABIDANCE_NAMES];
static const uint64_t abidance_groups[ABIDANCE_GROUPS]; /* a bit for each callback */
static const abidance_scope abidance_scopes[ABIDANCE_SCOPES];

/* What a callback was given with: handles by scope, and which callbacks the call gave that were not NULL. */
typedef struct {
    unsigned along[ABIDANCE_SCOPES], giver;
    uint64_t gave;
} abidance_given;

typedef struct { unsigned name, at, call; uint64_t value; int known; } abidance_begun;

/* `giver` is the call that gave the callbacks of an own order, else 0; `call` is the last one that was made on the handle,
 * and `first` the state in which it was. Nothing is said of what is `lost`, and nothing missed of what was invoked
 * `elsewhere`; what a call gave before the handle began anew is there where some of it was invoked since, `kept`. */
typedef struct {
    unsigned scope, id, giver, call, first, since;
    int lost, elsewhere;
    uint64_t gave;
    unsigned count, last[ABIDANCE_NAMES], newest, newest_call;
    unsigned begun_count;
    abidance_begun begun[ABIDANCE_MOST_BEGUN];
    unsigned char given[ABIDANCE_GROUPS], kept[ABIDANCE_GROUPS];
    unsigned given_at[ABIDANCE_GROUPS], unseen[ABIDANCE_GROUPS], stale[ABIDANCE_GROUPS];
} abidance_account;

static abidance_account abidance_accounts[ABIDANCE_ACCOUNTS];
static unsigned long abidance_accounts_run;
static unsigned abidance_account_count, abidance_order_call, abidance_unmade;
static int abidance_orders_judged;
static uint64_t abidance_ever_given;
static const char *abidance_running;

/* Return the account of something; NULL where there are too many. */
static abidance_account *abidance_account_of(unsigned scope, unsigned id, unsigned giver)
{
    for (unsigned i = 0; i < abidance_account_count; i++) {
        abidance_account *each = &abidance_accounts[i];
        if (each->scope == scope && each->id == id && each->giver == giver)
            return each;
    }
    if (abidance_account_count == ABIDANCE_ACCOUNTS)
        return NULL;
    abidance_account *made = &abidance_accounts[abidance_account_count++];
    const abidance_handle *handle = abidance_find(id);
    memset(made, 0, sizeof *made);
    made->scope = scope, made->id = id, made->giver = giver, made->since = 1, made->first = handle ? handle->state : 0;
    return made;
}

/* Note that a call is made. */
static void abidance_counts_call(const char *function, int judged)
{
    if (abidance_accounts_run != abidance_runs)
        abidance_account_count = abidance_order_call = 0, abidance_ever_given = 0, abidance_accounts_run = abidance_runs;
    abidance_order_call++, abidance_running = function, abidance_orders_judged = judged, abidance_unmade = 0;
}

/* Note which callbacks a call may give, NULL or not, which of them are `lasting`, and which it `gave`. What is of the same
 * type as a group, and in no order, may have taken its place: the groups in `replaced`. */
static void abidance_account_call(unsigned scope, unsigned id, uint64_t may, uint64_t gave, uint64_t lasting,
                                  uint64_t replaced, int invokes, int nowhere)
{
    abidance_account *on = abidance_account_of(scope, id, 0);
    if (!on)
        return;
    const abidance_handle *handle = abidance_find(id);
    if (abidance_scopes[scope].kind == ABIDANCE_ALONG_CALL) {
        memset(on, 0, sizeof *on);
        on->scope = scope, on->since = abidance_order_call, may = gave |= abidance_ever_given;
    }
    on->call = abidance_order_call;
    if (nowhere && handle && !handle->lost && handle->state == on->first)
        invokes = 0; /* nothing has begun in a handle that is as new */
    for (unsigned g = 1; g < ABIDANCE_GROUPS; g++) {
        int is = on->given[g], old = on->given_at[g] < on->since;
        if (abidance_groups[g] & may) {
            is = (abidance_groups[g] & gave) != 0, old = 0;
            if (abidance_groups[g] & may & lasting)
                on->given[g] = (unsigned char)is, on->given_at[g] = abidance_order_call;
        } else if (replaced >> g & 1)
            is = on->given[g] = 0;
        if (invokes && !is)
            on->unseen[g] = abidance_order_call;
        else if (invokes && old)
            on->stale[g] = abidance_order_call;
    }
    abidance_ever_given |= gave & lasting;
}

/* Tell whether every invocation of a group was seen since a call. */
static int abidance_is_seen(const abidance_account *on, unsigned group, unsigned since)
{
    if (on->elsewhere)
        return 0;
    if (on->giver)
        return (abidance_groups[group] & on->gave) && (on->giver >= on->since || on->kept[0]);
    return on->unseen[group] < since && (on->kept[group] || on->stale[group] < since);
}

/* Return the last of a group that has begun and not ended; NULL where all have. */
static const abidance_begun *abidance_last_begun(const abidance_account *on, unsigned group)
{
    for (unsigned i = on->begun_count; group && i-- > 0;)
        if (abidance_groups[group] >> on->begun[i].name & 1)
            return &on->begun[i];
    return NULL;
}

static int abidance_is_open(const abidance_account *on, const abidance_begun *begun)
{
    return abidance_is_seen(on, abidance_rules[begun->name].ended, begun->call);
}

/* Tell whether no other of a group is known to have begun, or ended, unseen. */
static int abidance_is_last(const abidance_account *on, const abidance_begun *begun, unsigned group)
{
    return abidance_is_seen(on, group, begun->call) && abidance_is_open(on, begun);
}

/* Return the clause of an order that an invocation does not keep; NULL where it keeps all. */
static const char *abidance_out_of_order(const abidance_account *on, unsigned name, uint64_t value, int known)
{
    const abidance_rule *rule = &abidance_rules[name];
    unsigned around = rule->ends ? rule->ends : rule->within;
    const abidance_begun *begun = abidance_last_begun(on, around), *other;
    if (rule->within && !abidance_last_begun(on, rule->within) && abidance_is_seen(on, rule->within, on->since))
        return "within";
    if (rule->ends && !begun && abidance_is_seen(on, rule->ends, on->since))
        return "ends";
    if (rule->ends && begun && abidance_is_last(on, begun, rule->ends)) {
        for (const abidance_begun *inner = begun + 1; inner < on->begun + on->begun_count; inner++)
            if (abidance_is_open(on, inner))
                return "ends";
        if (rule->same && known && begun->known && begun->value != value)
            return "same";
    }
    for (unsigned i = 0; i < rule->outside_count; i++)
        if ((other = abidance_last_begun(on, rule->outside[i].group)) && abidance_is_open(on, other))
            return "outside";
    if (!around || (begun && abidance_is_last(on, begun, around))) {
        unsigned at = begun ? begun->at : 0, since = begun ? begun->call : on->since;
        for (unsigned i = 0; i < rule->after_count; i++)
            if (on->last[rule->after[i].of] <= at && abidance_is_seen(on, rule->after[i].group, since))
                return "after";
        for (unsigned i = 0; i < rule->before_count; i++)
            if (on->last[rule->before[i].of] > at)
                return "before";
    }
    if (rule->follows && !(on->count && abidance_groups[rule->follows] >> on->newest & 1)) {
        for (unsigned i = 0; i < rule->follows_count; i++)
            if (!abidance_is_seen(on, rule->followed[i].group, on->count ? on->newest_call : on->since))
                return NULL;
        return "follows";
    }
    return NULL;
}

static void abidance_tell_order(unsigned name, const char *clause)
{
    static char what[256];
    snprintf(what, sizeof what, "%s:%s", abidance_rules[name].name, clause);
    if (abidance_orders_judged)
        abidance_report("ABD348", abidance_running, what);
}

/* Note an invocation: what it ends, with all within that, and what it begins. */
static void abidance_count_invocation(abidance_account *on, unsigned name, uint64_t value, int known)
{
    const abidance_rule *rule = &abidance_rules[name];
    if (rule->ordered && rule->ends) {
        const abidance_begun *begun = abidance_last_begun(on, rule->ends);
        if (begun)
            on->begun_count = (unsigned)(begun - on->begun);
    }
    on->last[name] = ++on->count, on->newest = name, on->newest_call = abidance_order_call;
    if (rule->ended && on->begun_count == ABIDANCE_MOST_BEGUN)
        on->lost = 1;
    else if (rule->ended)
        on->begun[on->begun_count++] = (abidance_begun){name, on->count, abidance_order_call, value, known};
}

/* Note that what a call gave was not forgotten. */
static void abidance_was_kept(abidance_account *on, unsigned giver)
{
    for (unsigned g = 0; g < ABIDANCE_GROUPS; g++)
        on->kept[g] |= on->giver || on->given_at[g] == giver;
}

/* Hold an invocation against its order, and note it wherever it counts. */
static __attribute__((unused)) void abidance_invoked(unsigned name, const abidance_given *with, uint64_t value, int known)
{
    const abidance_rule *rule = &abidance_rules[name];
    for (unsigned scope = 0; scope < ABIDANCE_SCOPES; scope++) {
        int handle = abidance_scopes[scope].kind == ABIDANCE_ALONG_HANDLE;
        unsigned id = handle ? with->along[scope] : 0;
        if (handle && id == ABIDANCE_UNMADE)
            abidance_unmade |= 1u << scope;
        if (handle && (!id || id == ABIDANCE_UNMADE))
            continue;
        abidance_account *whole = abidance_account_of(scope, id, 0);
        for (int own = 0; whole && own <= abidance_scopes[scope].own; own++) {
            unsigned known_before = abidance_account_count;
            abidance_account *on = own ? abidance_account_of(scope, id, with->giver) : whole;
            if (!on)
                break;
            if (abidance_account_count != known_before)
                on->gave = with->gave, on->since = whole->since, on->lost = whole->lost;
            on->elsewhere |= handle && whole->call != abidance_order_call;
            if (with->giver < on->since)
                abidance_was_kept(on, with->giver);
            if (rule->ordered && rule->scope == scope && rule->own == own && !on->lost) {
                const char *clause = abidance_out_of_order(on, name, value, known);
                if (clause)
                    abidance_tell_order(name, clause);
            }
            abidance_count_invocation(on, name, value, known);
        }
    }
}

/* Note that invocations were not noted: nothing is said any more of what they counted in. */
static __attribute__((unused)) void abidance_lose_invocations(void)
{
    for (unsigned i = 0; i < abidance_account_count; i++)
        abidance_accounts[i].lost = 1;
}

/* Note that a call leaves nothing of what was invoked before along a handle, or may have. */
static __attribute__((unused)) void abidance_begin_anew(unsigned scope, unsigned id, int success)
{
    for (unsigned i = 0; i < abidance_account_count; i++) {
        abidance_account *each = &abidance_accounts[i];
        if (each->scope != scope || each->id != id)
            continue;
        each->lost |= !success, each->since = abidance_order_call + 1;
        each->count = each->begun_count = 0;
        memset(each->last, 0, sizeof each->last);
        memset(each->kept, 0, sizeof each->kept);
    }
}

/* Tell of what has begun and not ended though a handle is in a state in which all has. */
static __attribute__((unused)) void abidance_reached(unsigned scope, unsigned id)
{
    const abidance_handle *handle = abidance_find(id);
    const abidance_account *on = abidance_account_of(scope, id, 0);
    if (!handle || handle->lost || !on || on->lost)
        return;
    for (unsigned name = 0; name < ABIDANCE_NAMES; name++) {
        const abidance_rule *rule = &abidance_rules[name];
        if (!rule->ordered || rule->scope != scope || !(rule->by >> handle->state & 1))
            continue;
        for (unsigned i = 0; i < on->begun_count; i++)
            if (abidance_groups[rule->ends] >> on->begun[i].name & 1 && abidance_is_open(on, &on->begun[i]))
                abidance_tell_order(name, "by");
    }
}

/* The same number for the same contents. */
static __attribute__((unused)) uint64_t abidance_hash_of(const unsigned char *at, size_t size)
{
    uint64_t hash = 14695981039346656037ull ^ size;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 1099511628211ull;
    return hash;
}

#endif
