"""The book ahead against staffed time, and what was charged and paid."""

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.ahead import ahead
from dashboard.metrics.money import money, months
from dashboard.metrics.paid_per_course import paid_per_course
from tests.hand import Case, Hand

# the day of the records is 31 December 2024; a Tuesday
BOOK = Case("ahead").capacity("2025-01-02", 300).capacity("2025-01-03", 240).capacity("2025-01-30", 240)
OLD = BOOK.patient("old").dose("2024-12-10").session("2024-12-12", "no-show").session("2024-06-01", "no-show")
OLD.session("2024-12-13", "late-cancelled").session("2024-12-14", "cancelled")
OLD.session("2025-01-02T09:00", "scheduled", planned_minutes=120).session("2025-01-02T13:00", "scheduled")
BOOK.patient("new").session("2025-01-02", "scheduled", planned_minutes=90).session("2025-01-28", "scheduled")


def test_each_day_ahead_has_its_bookings_and_what_is_left_of_the_chairs(hand: Hand) -> None:
    # up to 27 January; of three slots held in the 90 days before one was missed: each booking stands for a third
    columns = ("date", "n_booked", "n_starts", "n_planned", "booked_minutes", "staffed_minutes", "open_minutes")
    assert hand.rows(ahead, BOOK, *columns) == [
        ("2025-01-02", 3, 1, 2, 210, 300, 90),
        ("2025-01-03", 0, 0, 0, 0, 240, 240),
    ]
    assert hand.rows(ahead, BOOK, "expected_no_shows") == [(1,), (0,)]
    # chairs are staffed for everybody: of some people only, what is left is not known
    some = hand.rows(ahead, BOOK, "date", "n_booked", "staffed_minutes", where={"diagnosis": ("depression",)})
    assert some == [("2025-01-02", 3, None)]
    assert hand.table(ahead, BOOK, {"sex": ("male",)}).empty


PAID = Case("ahead money")
WHO = PAID.patient(payer="insurance").dose("2024-03-04", charge=400.5, paid_by_patient=20)
WHO.dose("2024-03-06", charge=400.25).dose("2024-04-03", paid_by_patient=0).session("2024-04-05", "no-show", charge=50)


def test_an_empty_amount_is_unknown_and_0_is_an_amount(hand: Hand) -> None:
    columns = ("month", "n_sessions", "n_charged", "charge", "n_paid", "paid_by_patient")
    assert hand.rows(money, PAID, *columns) == [
        ("2024-03-01", 2, 2, 800.75, 1, 20),
        ("2024-04-01", 1, 0, None, 1, 0),
    ]
    assert hand.rows(money, PAID, "payer", "charge", by="payer")[0] == ("insurance", 800.75)
    # the no-show of 5 April has a charge, but was not completed
    assert months(Cohort(hand.store, {"site": (PAID.site,)})) == ["2024-03-01", "2024-04-01"]
    assert hand.table(money, PAID, {"sex": ("male",)}).empty


COURSE = Case("ahead course")
for who, amounts in enumerate(((100, 50.5), (0,), (40, 60), (300,))):
    COURSE.patient(f"known {who}", payer="self-pay")
    for day, amount in enumerate(amounts):
        COURSE.rows["sessions"].append(
            {"session_id": f"course-{who}-{day}", "patient_id": f"{COURSE.site}/known {who}", "status": "completed"}
            | {
                "scheduled_at": f"2024-03-0{4 + day}T10:00",
                "route": "iv",
                "drug": "ketamine",
                "paid_by_patient": amount,
            }
        )
some = COURSE.patient("some", payer="insurance").dose("2024-03-04", paid_by_patient=500).dose("2024-03-06", route="im")
COURSE.patient("on", payer="insurance").dose("2024-11-04", paid_by_patient=900)  # within the gap: it goes on
some.dose("2024-09-02", paid_by_patient=20).session("2024-09-04", "no-show", paid_by_patient=70)
COURSE.patient("none", payer="insurance").dose("2024-03-04")


def test_what_was_paid_for_a_course_is_of_those_of_which_every_payment_is_known(hand: Hand) -> None:
    # known: 150.5, 0, 100, 300 and 20, the second course of "some", without its no-show; in order 0 20 100 150.5 300,
    # so the third, second and fourth, and 0.6 of the way from the fourth to the fifth: 150.5 + 0.6 x 149.5 = 240.2
    names = ("n_courses", "n_going_on", "n_known", "n_partly", "n_unknown", "median", "q1", "q3", "p90")
    assert hand.rows(paid_per_course, COURSE, *names) == [(8, 1, 5, 1, 1, 100, 20, 150.5, 240.2)]
    # self-pay 0 100 150.5 300: half 125.25; a quarter 75, three quarters 187.875, to the hundredth 187.88
    rows = hand.rows(paid_per_course, COURSE, "payer", *names[:8], by="payer")
    assert rows == [("self-pay", 4, 0, 4, 0, 0, 125.25, 75, 187.88), ("insurance", 4, 1, 1, 1, 1, 20, 20, 20)]
    (im,) = (row for row in hand.rows(paid_per_course, COURSE, "route", *names[:6], by="route") if row[0] != "iv")
    assert im == ("mixed", 1, 0, 0, 1, 0, None)
    assert hand.table(paid_per_course, COURSE, {"sex": ("male",)}).empty
