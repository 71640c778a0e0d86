-- functions
create or replace function pg_temp.numbered(kind int, county int, n bigint) returns uuid language sql immutable as $$
    select (lpad(to_hex(1760000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || lpad(to_hex(32768 + county), 4, '0') || lpad(to_hex(n), 12, '0'))::uuid $$;
create or replace function pg_temp.place(unit text, parts int) returns text language sql immutable as $$
    select case when cardinality(u) >= parts and u[parts] ~ '^[0-9]+$' then array_to_string(u[1:parts], '.') else '' end
    from (select string_to_array(unit, '.') as u) x $$;
create or replace function pg_temp.some(words text[], many int, salt bigint) returns text language sql as $$
    select string_agg(words[1 + floor(random() * cardinality(words))::int], '' order by i)
    from generate_series(1, many) i where salt is not null $$;
create temporary table texts as select array['占道经营', '流动摊贩', '油烟扰民', '噪声', '施工', '井盖', '缺失', '破损', '路灯', '不亮', '积水', '下水道', '堵塞', '垃圾', '堆放', '清运', '渣土', '抛洒', '违法建设', '拆除', '电动车', '充电', '消防', '通道', '占用', '电梯', '故障', '物业', '管理', '邻里', '纠纷', '房屋', '漏水', '噪音', '养犬', '绿化', '毁绿', '树木', '倾倒', '河道', '污染', '排放', '异味', '工地', '扬尘', '夜间', '停车', '乱停', '共享单车', '广告', '招牌', '脱落', '围挡', '坍塌', '隐患', '燃气', '泄漏', '电线', '低垂', '欠薪', '劳资', '合同', '消费', '投诉', '食品', '过期', '卫生', '许可', '证照', '无证'] as words, array['河东路', '河西路', '中山路', '解放路', '人民路', '兴宁路', '百丈路', '环城路', '江南路', '天童路', '钱湖路', '世纪大道', '学府路', '庄市大道', '通途路', '镇明路'] as roads;

-- people: the roles whose size is compared
insert into people (county, id, username, name, locale, active, created_at)
select 11, pg_temp.numbered(1, 11, g.size * 100000 + n), 'bench.' || g.size || '.' || n, '组员' || n, 'zh', true, now()
from unnest(%(sizes)s::int[]) g (size) cross join lateral generate_series(1, g.size) n;
insert into person_roles (county, person_id, role, unit, valid_from)
select 11, pg_temp.numbered(1, 11, g.size * 100000 + n), %(role)s, '33.02.11.9.d-' || g.size, now() - interval '1 day'
from unnest(%(sizes)s::int[]) g (size) cross join lateral generate_series(1, g.size) n;

-- seats: skewed, a few have most of the work
create temporary table seats as
select row_number() over (order by md5(role || unit)) as n, role, unit from (
    select distinct role, unit from person_roles
    where not role = any(array['citizen', 'sys_admin', 'process_designer', 'auditor', %(role)s])) s;
create temporary table group_seats as
select g.size, row_number() over (order by g.size, i) as n, '33.02.11.9.d-' || g.size as unit
from unnest(%(sizes)s::int[]) g (size) cross join lateral generate_series(1, %(each)s) i;
create temporary table somebody as select row_number() over () as n, id, name from people;
create unique index on somebody (n);
create temporary table plan as
select c.n, coalesce(g.unit, s.unit) as unit, coalesce(s.role, %(role)s) as role,
    coalesce(nullif(substring(coalesce(g.unit, s.unit) from '^33[.]02[.]([0-9]+)'), ''), '0')::int as county
from generate_series(1, %(cases)s::bigint) c (n) left join group_seats g on g.n = c.n
left join lateral (select 1 + floor((select count(*) from seats) * power(random(), 2))::bigint as k where c.n > 0
    and g.n is null) r on true left join seats s on s.n = r.k;
create unique index on plan (n);
analyze seats; analyze plan; analyze somebody;

-- cases
insert into cases (county, id, event_no, process, version, revision, seq, state, head, opened_at, status, summary, record,
    nature, channel, item_code, affair_code, urgency, unit_city, unit_county, unit_street, unit_village, unit_grid,
    lead_unit, reported_by, started_by, search, waits, calls)
select p.county, pg_temp.numbered(2, p.county, p.n), p.no, 'event', 1, 2, 2, ''::bytea, ''::bytea, p.at, 'handling', p.title,
    jsonb_build_object('event_no', p.no, 'title', p.title, 'content', p.content, 'address_text', p.address, 'level', p.n %% 4,
        'limits', jsonb_build_object('handling', jsonb_build_object('name', 'handling', 'started_at', p.at, 'amount', '3 wd',
            'due_at', p.at + interval '5 days', 'yellow_at', p.at + interval '3 days', 'black_at', p.at + interval '15 days',
            'factor', 1.0, 'paused_at', null, 'paused_seconds', 0, 'state', 'running'))),
    'help', 'GRID', (array['C12-01', 'C14-05', 'C17-02', 'C17-03'])[1 + p.n %% 4], 'street', 'U' || 1 + p.n %% 4,
    '33.02', pg_temp.place(p.unit, 3), pg_temp.place(p.unit, 4), pg_temp.place(p.unit, 5), pg_temp.place(p.unit, 6), p.unit,
    case when p.n %% 3 = 0 then coalesce(s.id::text, '') else '' end, '', lower(concat_ws(' ', p.no, p.title, p.content,
    p.address)), ''::bytea, false
from (select n, unit, now() - random() * interval '30 days' as at, pg_temp.some((select words from texts), 2, n) as title,
        pg_temp.some((select words from texts), 25, n) as content, pg_temp.some((select roads from texts), 1, n) || n %% 900 || '号' as address,
        'NB-' || lpad(mod(n, 999999)::text, 6, '0') || '-20261101-' || lpad((n %% 1000000)::text, 6, '0') as no,
        county
    from plan where n between %(first)s and %(last)s) p
left join somebody s on s.n = 1 + p.n * 7919 %% (select count(*) from somebody);
insert into facts (county, case_id, seq, at, kind, actor, actor_name, role, unit, process, node, nth, body, previous, hash)
select county, id, 1, opened_at, 'CaseStarted', 'x', '网格员 ' || revision, 'grid_member', lead_unit, 'event', '', 0, '{}',
    ''::bytea, ''::bytea from cases c where (c.county, c.id) in (select p.county, pg_temp.numbered(2, p.county, p.n) from plan p
        where p.n between %(first)s and %(last)s);

-- tasks: the last of each case's tasks is open, three of ten are held by somebody
insert into tasks (county, id, case_id, key, process, process_version, node, nth, name, name_en, form, form_version, unit,
    role, candidates, state, holder, holder_name, claimed_at, finished_by, finished_name, finished_at, created_at, due_at,
    yellow_at, started_at, revision, evidence, phase, limit_name, event_no, summary, urgency, item_code, unit_city,
    unit_county, unit_street, unit_village, unit_grid)
select c.county, pg_temp.numbered(3, c.county, p.n * 100 + i), c.id, 'event/n' || i || '#1', 'event', 1, 'n' || i, 1,
    '环节' || i, 'Step ' || i, 'handling/sign', 1, p.unit, p.role, jsonb_build_array(jsonb_build_array(p.role, p.unit)),
    case when i < %(each)s then 2 when held then 1 else 0 end, case when i = %(each)s and held then s.id::text else '' end,
    case when i = %(each)s and held then s.name else '' end, case when i = %(each)s and held then now() end,
    case when i < %(each)s then s.id::text else '' end, case when i < %(each)s then s.name else '' end,
    case when i < %(each)s then c.opened_at + i * interval '1 hour' end, c.opened_at + i * interval '1 hour',
    c.opened_at + interval '5 days' + (p.n %% 5000) * interval '7 minutes',
    c.opened_at + interval '3 days' + (p.n %% 5000) * interval '7 minutes', c.opened_at, 1, '', 'P3', 'handling', c.event_no,
    c.summary, c.urgency, c.item_code, c.unit_city, c.unit_county, c.unit_street, c.unit_village, c.unit_grid
from (select *, n %% 10 < 3 and n > %(grouped)s as held from plan where n between %(first)s and %(last)s) p
join cases c on c.county = p.county and c.id = pg_temp.numbered(2, p.county, p.n)
cross join generate_series(1, %(each)s) i
left join somebody s on s.n = 1 + (p.n * 7919 + i * 104729) %% (select count(*) from somebody);
insert into task_candidates (county, task_id, role, unit, due_order, yellow_at, paused, guarded)
select t.county, t.id, t.role, t.unit, t.due_order, t.yellow_at, false, false from tasks t
where t.state = 0 and (t.county, t.id) in (select p.county, pg_temp.numbered(3, p.county, p.n * 100 + %(each)s) from plan p
    where p.n between %(first)s and %(last)s);
