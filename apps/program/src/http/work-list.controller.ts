import { programmeAsOf, type ProgramView, recentSpike } from '@coxa/domain';
import { type Clock, type Keyring, Registry, unseal, viewName, type ViewStore } from '@coxa/eventing';
import {
  Audit,
  CLOCK,
  CurrentPrincipal,
  Describe,
  defaultLimit,
  formatCursor,
  KEYRING,
  parseCursor,
  type Principal,
  Queries,
  readQuery,
  Roles,
  VIEW_STORE,
} from '@coxa/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Programmes } from '../programme/programmes.js';
import { patientsView } from '../views/event-views.js';
import { After } from './after.js';
import { attentionKinds as kinds, workList } from './words/patients.js';

type Attention = (typeof kinds)[number];
const workListQuery = { attention: kinds, limit: 'limit', cursor: 'text', after: 'text' } as const;

interface WorkItem {
  readonly key: string;
  readonly item: Record<string, unknown> & {
    readonly patientId: string;
    readonly attention: readonly Attention[];
  };
}

/** The clinician's work list: their patients, ordered by who needs attention. */
@Controller('v1/patients')
export class WorkListController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(After) private readonly after: After,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Describe({
    tag: 'patients',
    summary: "Lists the clinician's patients, those who need attention most first.",
    answer: workList,
  })
  @Roles('clinician')
  @Queries(workListQuery)
  async list(@Query() query: unknown, @CurrentPrincipal() principal: Principal) {
    const { attention, limit = defaultLimit, cursor, after } = readQuery(query, workListQuery);
    const from = cursor === undefined ? '' : parseCursor(cursor, '');
    await this.after.wait(after);
    const mine = [...this.registry.allPatients()].filter(({ patientId }) =>
      this.registry.inCareTeam(principal.subject, patientId),
    );
    const all = (await Promise.all(mine.map(({ patientId }) => this.entry(patientId)))).flat();
    const wanted = all
      .filter(
        ({ key, item }) =>
          key > from && (attention === undefined || item.attention.includes(attention as Attention)),
      )
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = wanted.slice(0, limit);
    const items = await Promise.all(page.map(({ item }) => this.named(item)));
    await this.audit.recordAll(
      principal,
      items.map(({ patientId }) => patientId),
      'GET /v1/patients',
    );
    return { items, next: wanted.length > limit ? formatCursor(page.at(-1)!.key) : null };
  }

  private async entry(patientId: string): Promise<WorkItem[]> {
    const now = this.clock.now();
    const { missingAlarmDays } = this.programmes.ruleset.parameters;
    return this.programmes.inspect(patientId, (state) => {
      const view = programmeAsOf(state, now, this.programmes.ruleset);
      if (!view || !state.enrolment) return [];
      const last = state.checkIns.lastAt ?? null;
      const silentSince = Math.max(last ?? 0, state.enrolment.receivedAt);
      const attention = attentionOf(view, {
        'pain-spike': recentSpike(state, now, this.programmes.ruleset) !== null,
        'missing-data': now - silentSince >= missingAlarmDays * 86_400_000,
      });
      const rank = String(kinds.indexOf(attention[0] ?? 'none')).padStart(2, '0');
      const item = {
        patientId,
        phase: { id: view.phase.id, name: view.phase.name },
        attention,
        holds: view.holds,
        pain: view.pain,
        targets: view.targets.map(({ exercise, sets, reps, loadKg, decision }) => ({
          exercise,
          sets,
          reps,
          loadKg,
          decision,
        })),
        lastCheckInAt: last === null ? null : new Date(last).toISOString(),
      };
      return [{ key: `${rank}/${patientId}`, item }];
    });
  }

  private async named<Item extends { readonly patientId: string }>(
    item: Item,
  ): Promise<Item & { name?: string }> {
    const { patientId } = item;
    const [doc] = (await this.views.get(viewName(patientsView('')), [patientId])) as (
      { sealedName?: string } | undefined
    )[];
    const name = doc?.sealedName ? await unseal(this.keyring, patientId, doc.sealedName) : undefined;
    return name === undefined ? item : { ...item, name };
  }
}

function attentionOf(
  { holds, pain, phase }: ProgramView,
  seen: Readonly<Record<'pain-spike' | 'missing-data', boolean>>,
): Attention[] {
  const held = (rule: string) => holds.some((hold) => hold.rule === rule);
  const found: Partial<Record<Attention, boolean>> = {
    ...seen,
    'red-flag': held('S1'),
    suspended: held('override'),
    'amber-flag': held('S2'),
    stopped: held('S3'),
    'pain-rising': pain.trend === 'rising',
    'not-started': phase.id === '0',
  };
  const all = kinds.filter((kind) => found[kind]);
  return all.length > 0 ? all : ['none'];
}
