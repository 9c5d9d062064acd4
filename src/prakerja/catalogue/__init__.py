"""What can be bought: courses, their schedules, and where they are sold.

Owns: courses, course prices (history), schedules, sessions, listings, seat allotments.

- *course*: `draft → proposed → assessed → approved → suspended | removed`; approval gives the `course_code`.
- *schedule*: one class of a course with sessions (`sequence` 1…n) and seats, and the `schedule_code`;
  `published → closed → done`, or `cancelled`.
- *listing*: a course on sale on one platform, under an agreement in force between that platform and the institution.
- *seat allotment*: the seats that a lane may sell. Together the lanes hold what is left; a lane that runs dry gets what
  the others have (`move_seats`).

Rules: COURSE-01 … COURSE-05, LEARN-01, LEARN-02, PLAT-02, SCHEME-03, SCHEME-04.
"""
