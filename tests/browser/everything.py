"""Every page, box and act of the product, and the browser test that opens or does it.

`test_everything.py` compares these lists with what the application says of itself, so that a new page or act fails
there until somebody opens or does it in a browser. Each test that is named here is held to it: its browsers must have
been answered so (the fixture `seat` looks at its end).
"""

HANDLER, COLLEAGUE, LEADER = "enforce.zs", "enforce2.zs", "enforce.lead.zs"
#: GET endpoint -> who opens it, and where; `{name}` is filled in by test_every_page.py
PAGES: dict[str, tuple[str, str]] = {
    "people.sign_in_page": ("", "/sign-in"),
    "public.report_page": ("", "/public/report"),
    "public.track_page": ("", "/public/track"),
    "answers.door": ("", "/public/answer"),
    "desk.inbox": (HANDLER, "/inbox"),
    "desk.task": (HANDLER, "/tasks/{task}"),
    "desk.task_more": (HANDLER, "/tasks/{task}/more"),
    "desk.why": (HANDLER, "/tasks/{task}/why"),
    "desk.transfer": (HANDLER, "/tasks/{task}/transfer"),
    "desk.delegate": (HANDLER, "/tasks/{task}/delegate"),
    "desk.act_page": (HANDLER, "/tasks/{task}/acts/{act}"),
    "desk.sign": (HANDLER, "/tasks/{joint}/sign"),
    "desk.cases": (HANDLER, "/cases"),
    "desk.case": (HANDLER, "/cases/{case}"),
    "desk.case_why": (HANDLER, "/cases/{case}/why?limit={limit}"),
    "desk.papers": (HANDLER, "/cases/{case}/documents"),
    "desk.phrases": (HANDLER, "/phrases"),
    "intake.report_page": (HANDLER, "/report"),
    "guide.page": (HANDLER, "/help"),
    "people.rights": (HANDLER, "/rights"),
    "contact.page": (HANDLER, "/contact"),
    "account.page": (HANDLER, "/account"),
    "account.substitutes": (HANDLER, "/account/substitutes"),
    "account.factor": (HANDLER, "/account/factor"),
    "desk.assign": (LEADER, "/tasks/{task}/assign"),
    "desk.copy": ("duty.zs", "/cases/{case}/copy"),
    "desk.paper_preview": ("duty.zs", "/cases/{case}/documents/dispatch"),
    "desk.case_act": ("duty.zs", "/cases/{case}/acts/{case_act}"),
    "desk.start": ("command.zs", "/start"),
    "desk.start_page": ("command.zs", "/start/whistle_case"),
    "steer.page": ("command.zs", "/cases/{case}/steering"),
    "registers.index": ("command.zs", "/registers"),
    "registers.rows": ("command.zs", "/registers/inspection_objects"),
    "registers.new": ("command.zs", "/registers/inspection_objects/new"),
    "registers.import_page": ("command.zs", "/registers/inspection_objects/import"),
    "desk.whistle": ("director.zs", "/cases/{whistle}/whistle"),
    "phone.page": ("grid.zs.041", "/phone"),
    "phone.shell": ("grid.zs.041", "/phone/shell"),
    "phone.tracks": ("grid.zs.041", "/tracks"),
    "phone.looks": ("director.zs", "/tracks/looks"),
    "registers.row": ("grid.zs.041", "/registers/visits/rows/{row}"),
    "registers.edit": ("grid.zs.041", "/registers/visits/rows/{row}/edit"),
    "office.people": ("admin", "/people"),
    "office.add": ("admin", "/people/new"),
    "office.person": ("admin", "/people/{person}"),
    "office.leave": ("admin", "/people/{person}/leave"),
    "sheets.bring": ("admin", "/people/sheet"),
    "duties.units": ("admin", "/units"),
    "duties.own": ("admin", "/duties"),
    "duties.roster": ("admin", "/duties/33.02.11.004.cmd"),
    "operators.incidents": ("admin", "/incidents"),
    "operators.messages": ("admin", "/incidents/messages"),
    "migrating.plan": ("admin", "/studio/migrations/event_lifecycle"),
    "audit.cases": ("auditor", "/audit/"),
    "audit.case": ("auditor", "/audit/cases/{case}"),
    "audit.facts": ("auditor", "/audit/cases/{case}/facts"),
    "registers.exports": ("auditor", "/registers/visits/exports"),
    "studio.definitions": ("designer", "/studio/"),
    "studio.definition": ("designer", "/studio/process/event_lifecycle/versions/1"),
    "studio.editor": ("designer", "/studio/process/callback/edit"),
    "tables.page": ("designer", "/studio/tables/urgency/1"),
}
#: GET endpoints that show no page of their own
NO_PAGES: dict[str, str] = {
    "entering.back": "takes what the provider of identities answers",
    "people.home": "leads to the first page of one's own", "people.choose_language": "leads back",
    "desk.case_by_number": "leads to the case", "desk.case_diagram": "a diagram", "desk.case_position": "for diagrams",
    "steer.diagram": "a diagram", "steer.position": "for diagrams", "audit.steps": "for the replay",
    "desk.attachment": "a file", "desk.thumbnail": "a picture", "desk.inbox_export": "a spreadsheet",
    "sheets.take": "a spreadsheet", "registers.export": "a spreadsheet",
    "registers.export_workbook": "a spreadsheet", "registers.template": "a spreadsheet",
    "studio.definition_file": "a file",
    "desk.live_ticket": "for the stream", "desk.picker": "a part of the inbox", "desk.phrase_list": "for forms",
    "intake.affairs": "for forms", "intake.units": "for forms", "intake.items": "for forms",
    "intake.place": "for maps", "intake.areas": "for maps", "public.suggestions": "for forms",
    "phone.me": "for the phone", "phone.worker": "a script", "phone.manifest": "for installing",
    "health.healthz": "for machines", "health.readyz": "for machines", "health.metrics": "for machines",
    "static": "files",
}  # fmt: skip
#: test -> pages and acts that it opens and does, as `doing.py` names them
DONE: dict[str, str] = {
    "test_accessibility.py::test_the_keyboard_alone_completes_a_task": "desk.claim desk.complete",
    "test_acts.py::test_a_leader_urges_and_assigns_and_the_holder_sees_both": "desk.urge desk.assign",
    "test_acts.py::test_a_phrase_and_a_draft_of_two_windows": "desk.phrase_add desk.draft",
    "test_acts.py::test_who_is_next_is_said_before_one_sends": "desk.foresee",
    "test_acts.py::test_a_dispatch_sheet_is_previewed_issued_and_downloaded": "see:desk.paper desk.paper_issue",
    "test_acts.py::test_a_signature_is_drawn_and_kept_with_the_task": "intake.upload",
    "test_handing.py::test_a_delegated_task_goes_there_and_back": "desk.delegate desk.resolve",
    "test_handing.py::test_a_delegation_is_taken_back_and_the_task_transferred_for_good":
        "desk.delegate desk.recall desk.transfer",
    "test_inbox.py::test_columns_sorting_and_conditions": "desk.view_save desk.view_drop desk.columns",
    "test_inbox.py::test_bulk_claims_transfers_and_puts_back_with_a_result_for_each":
        "desk.bulk:claim desk.bulk:transfer",
    "test_inbox.py::test_bulk_completes_with_one_answer": "desk.bulk_complete see:desk.bulk_told",
    "test_inbox.py::test_a_case_is_copied_read_and_watched": "desk.copy desk.copy_read desk.watch desk.unwatch",
    "test_incidents.py::test_an_operator_finds_the_cause_notes_it_and_has_it_tried_again":
        "operators.note operators.retry",
    "test_incidents.py::test_messages_that_nobody_waits_for_are_sorted": "operators.assign operators.drop",
    "test_live_pages.py::test_the_ways_of_being_told_are_chosen_on_a_page": "contact.change",
    "test_pages.py::test_a_stranger_is_led_to_the_door_and_back_again": "people.sign_in_now people.sign_out_now",
    "test_pages.py::test_a_citizen_reports_follows_and_adds":
        "public.report_now public.track_now public.tracking_act see:public.tracking",
    "test_party_answers.py::test_a_party_consents_by_himself": "answers.enter answers.give see:answers.page",
    "test_people.py::test_an_officer_goes_on_leave": "account.name account.end",
    "test_people.py::test_a_second_factor_is_set_up_and_asked_for": "account.factor entering.code",
    "test_people.py::test_a_sheet_is_looked_at_before_it_counts": "sheets.bring",
    "test_phone.py::test_a_track_is_recorded_with_consent_and_ends_with_it": "phone.track",
    "test_rooms.py::test_an_officer_asks_for_more_time": "desk.act:ext_asked",
    "test_rooms.py::test_a_changed_diagram_is_proposed_approved_and_used_by_new_cases_only":
        "studio.propose studio.decide",
    "test_rooms.py::test_a_diagram_that_cannot_run_is_refused_with_its_reasons": "studio.check",
    "test_steering.py::test_a_step_is_moved_after_its_effect_was_shown": "steer.act:preview steer.act:move",
    "test_steering.py::test_a_case_stands_still_and_goes_on_from_a_phone": "steer.act:suspend steer.act:resume",
    "test_steering.py::test_a_completion_is_taken_back": "steer.withdraw",
    "test_steering.py::test_a_designer_takes_cases_over": "migrating.migrate",
    "test_turning.py::test_each_tab_goes_on_in_its_own_list": "desk.release",
    "test_voice.py::test_a_report_carries_a_voice": "intake.report_now",
    "test_every_act.py::test_several_decide_together": "desk.complete",
    "test_every_act.py::test_one_more_signs_and_is_taken_out_again": "desk.sign desk.unsign",
    "test_every_act.py::test_a_task_is_returned_and_comes_with_what_was_typed": "desk.send_back desk.release",
    "test_every_act.py::test_a_colleague_is_called_in_a_remark_and_reads_his_notices":
        "desk.case_comment desk.notice_read",
    "test_every_act.py::test_all_notices_are_read_at_once": "desk.notices_read",
    "test_every_act.py::test_what_was_claimed_in_bulk_is_put_back_in_bulk": "desk.bulk:release",
    "test_every_act.py::test_the_next_task_is_opened_or_not_as_one_likes": "desk.going_on",
    "test_every_act.py::test_a_phrase_is_forgotten": "desk.phrase_add desk.phrase_drop",
    "test_every_act.py::test_a_reporter_is_looked_up_and_the_look_is_recorded": "desk.case_reporter",
    "test_every_steering.py::test_steps_are_skipped_begun_anew_and_cancelled":
        "steer.act:skip steer.act:restart steer.act:cancel_branch steer.act:cancel_case",
    "test_every_steering.py::test_those_who_sign_are_changed":
        "steer.act:participants:add steer.act:participants:order steer.act:participants:rule "
        "steer.act:participants:vote steer.act:participants:remove",
    "test_every_steering.py::test_a_limit_is_extended_paused_resumed_and_stopped":
        "steer.act:limit:extend steer.act:limit:pause steer.act:limit:resume steer.act:limit:stop",
    "test_every_event_act.py::test_the_handler_arrives_notes_progress_and_asks_for_the_ledger":
        "desk.act:arrived desk.act:progress_noted desk.act:sus_asked",
    "test_every_event_act.py::test_the_duty_officer_urges_changes_the_urgency_and_asks_to_raise":
        "desk.case_act:urge_asked desk.case_act:raise_asked desk.case_act:urgency_asked",
    "test_every_event_act.py::test_an_event_is_merged_and_another_taken_up":
        "desk.case_act:merged_later desk.case_act:taken_up",
    "test_every_event_act.py::test_what_nobody_has_signed_for_is_recalled_or_returned":
        "desk.case_act:recalled desk.act:return_asked",
    "test_every_office_act.py::test_a_person_comes_changes_and_leaves":
        "office.add office.change office.grant office.revoke office.state office.password office.leave",
    "test_every_office_act.py::test_a_new_person_changes_his_password": "account.password",
    "test_every_office_act.py::test_a_unit_is_added_and_dissolved_and_a_roster_filled":
        "duties.units duties.dissolve duties.put_on duties.take_off",
    "test_every_office_act.py::test_one_sends_oneself_a_message": "contact.trial",
    "test_every_office_act.py::test_a_row_is_added_changed_retired_and_brought_by_a_file":
        "registers.add registers.change registers.retire registers.restore registers.import_file",
    "test_every_office_act.py::test_a_designer_brings_files_and_changes_a_table":
        "studio.upload studio.import_files studio.drop tables.change",
    "test_every_office_act.py::test_a_designer_begins_a_diagram": "studio.begin studio.drop",
    "test_every_office_act.py::test_a_case_is_begun_by_hand": "desk.start_now",
    "test_every_other_act.py::test_the_lead_waives_the_assistance": "desk.case_act:assist_waived",
    "test_every_other_act.py::test_work_goes_on_after_a_pause_that_was_granted": "desk.case_act:resumed",
    "test_every_other_act.py::test_what_was_raised_steps_back": "desk.case_act:stepped_back",
    "test_every_other_act.py::test_a_second_leader_approves_whom_the_first_named": "account.name account.approve",
    "test_every_other_act.py::test_an_administrator_takes_a_second_factor_away": "account.factor office.factor",
    "test_every_other_act.py::test_all_that_failed_is_tried_again_at_once": "operators.retry_several",
    "test_every_other_act.py::test_a_diagram_is_drawn_kept_and_proposed":
        "studio.begin studio.draft studio.propose_draft",
    "test_outside_door.py::test_an_identity_is_tied_brings_its_owner_in_and_is_untied":
        "account.tie entering.outside account.untie",
    "test_outside_door.py::test_an_administrator_unties_an_identity": "account.tie office.untie",
    "test_outside_door.py::test_who_needs_a_second_factor_sets_it_up_on_his_way_in": "entering.enrol",
}
#: acts that no browser test does, and the test that does each instead: file::test
NOT_CLICKED: dict[str, str] = {}
